import SCRProtocol
import SCRRuntime
import SCRTestSupport
import Testing

@testable import SCRCommand

@Suite("A memory that is opened when it is first used")
struct DeferredMemoryStoreTests {
  private static let record = MemoryRecord(
    kind: "task", id: "t", value: "kept", updatedAt: Timestamp(milliseconds: 1))

  @Test func `it is opened once, by its first use`() async throws {
    let openings = Signal<Void>()
    let base = InMemoryMemoryStore()
    let memory = DeferredMemoryStore { () throws(StoreError) in
      openings.fire()
      return base
    }
    #expect(openings.all.count == 0)
    try await memory.put(Self.record)
    #expect(try await memory.get(kind: "task", id: "t") == Self.record)
    #expect(try await memory.list(kind: "task", limit: 5) == [Self.record])
    #expect(openings.all.count == 1)
  }

  @Test func `an opening that failed is told, and tried again by the next use`() async throws {
    let openings = Signal<Void>()
    let memory = DeferredMemoryStore { () throws(StoreError) in
      openings.fire()
      if openings.all.count == 1 { throw StoreError(.corrupt, "the file is no database") }
      return InMemoryMemoryStore()
    }
    let error = await #expect(throws: StoreError.self) { try await memory.put(Self.record) }
    #expect(error?.code == .corrupt)
    try await memory.put(Self.record)
    #expect(openings.all.count == 2)
  }

  @Test func `once closed it opens nothing any more`() async throws {
    let memory = DeferredMemoryStore { () throws(StoreError) in InMemoryMemoryStore() }
    await memory.close()
    let error = await #expect(throws: StoreError.self) { try await memory.put(Self.record) }
    #expect(error?.code == .closed)
  }
}
