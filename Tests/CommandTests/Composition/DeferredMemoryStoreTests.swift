import SCRProtocol
import SCRRuntime
import SCRTestSupport
import Testing

@testable import SCRCommand

@Suite("A memory that is opened when it is first used")
struct DeferredMemoryStoreTests {
  private static let batch = MemoryBatch(
    at: Timestamp(milliseconds: 1), writes: [.put(MemoryAddress(.fact, "k"), MemoryContent(text: "kept"))])

  @Test func `it is opened once, by its first use`() async throws {
    let openings = Signal<Void>()
    let base = InMemoryMemoryStore()
    let memory = DeferredMemoryStore { () throws(StoreError) in
      openings.fire()
      return base
    }
    #expect(openings.all.count == 0)
    let records = try await memory.commit(Self.batch).records
    #expect(records.map(\.content.text) == ["kept"])
    #expect(try await memory.record(.id(records[0].id), now: Self.batch.at) == records[0])
    #expect(try await memory.find(MemoryQuery(now: Self.batch.at)).hits.map(\.record) == records)
    #expect(openings.all.count == 1)
  }

  @Test func `an opening that failed is told, and tried again by the next use`() async throws {
    let openings = Signal<Void>()
    let memory = DeferredMemoryStore { () throws(StoreError) in
      openings.fire()
      if openings.all.count == 1 { throw StoreError(.corrupt, "the file is no database") }
      return InMemoryMemoryStore()
    }
    let error = await #expect(throws: StoreError.self) { _ = try await memory.commit(Self.batch) }
    #expect(error?.code == .corrupt)
    _ = try await memory.commit(Self.batch)
    #expect(openings.all.count == 2)
  }

  @Test func `once closed it opens nothing any more`() async throws {
    let memory = DeferredMemoryStore { () throws(StoreError) in InMemoryMemoryStore() }
    await memory.close()
    let error = await #expect(throws: StoreError.self) { _ = try await memory.commit(Self.batch) }
    #expect(error?.code == .closed)
  }
}
