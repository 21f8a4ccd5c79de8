import Foundation
import SCRProtocol
import SCRRuntime
import SCRStore
import Testing

@testable import SCRCommand

@Suite struct LogTailTests {
  /// A store with some tasks that nobody closes: its log is as a crash leaves it.
  private static func crashed(_ shop: Workshop) async throws -> (store: SQLiteTaskStore, log: [UInt8]) {
    let store = try await SQLiteTaskStore.open(in: StateDirectory.open(shop.state))
    for number in 1...3 { try await add("t\(number)", to: store) }
    return (store, try read(shop))
  }

  private static func add(_ title: String, to store: SQLiteTaskStore) async throws {
    let now = Timestamp(milliseconds: 1)
    _ = try await store.commit(
      StoreBatch(at: now, changes: [.insertTask(AgentTask(id: TaskID(title), title: title, createdAt: now))]))
  }

  private static func read(_ shop: Workshop) throws -> [UInt8] {
    Array(try Data(contentsOf: URL(fileURLWithPath: "\(shop.state)/scr.sqlite-wal")))
  }

  @Test func `The last commit ends where the log does`() async throws {
    try await Workshop.use { shop in
      let (store, log) = try await Self.crashed(shop)
      #expect(LogTail(log)?.committedEnd == log.count)
      #expect(LogTail(log)?.pageSize == 4096)
      await store.close()
    }
  }

  @Test func `What is half written, or says something else than its checksum, is no commit`() async throws {
    try await Workshop.use { shop in
      let (store, log) = try await Self.crashed(shop)
      let end = try #require(LogTail(log)?.committedEnd)
      #expect(LogTail(log + Array(repeating: 7, count: 5000))?.committedEnd == end)
      let cut = try #require(LogTail(Array(log.dropLast(1)))?.committedEnd)
      #expect(cut < end)
      var spoiled = log
      spoiled[end - 1] ^= 1
      #expect(LogTail(spoiled)?.committedEnd == cut)
      await store.close()
    }
  }

  @Test(
    "What is no log has no tail",
    arguments: [
      [], [0], [UInt8](repeating: 0, count: 32), [0x37, 0x7F, 0x06, 0x82] + [UInt8](repeating: 1, count: 40),
    ])
  func noLog(_ bytes: [UInt8]) { #expect(LogTail(bytes) == nil) }

  @Test func `Tearing leaves every commit as it is, and is the same for the same choice`() async throws {
    try await Workshop.use { shop in
      let (store, log) = try await Self.crashed(shop)
      let tail = try #require(LogTail(log))
      for choice in UInt64(1)...40 {
        let torn = tail.tear(size: log.count + 9000, choice: choice)
        #expect(torn == tail.tear(size: log.count + 9000, choice: choice))
        #expect(torn.keep >= tail.committedEnd)
        let left = Array((log + [UInt8](repeating: 3, count: 9000)).prefix(torn.keep)) + torn.rest
        #expect(LogTail(left)?.committedEnd == tail.committedEnd)
      }
      await store.close()
    }
  }

  @Test func `A store whose log was torn opens with everything that was committed`() async throws {
    for choice in UInt64(1)...8 {
      try await Workshop.use { shop in
        let (store, log) = try await Self.crashed(shop)
        // The files of a crash: copied while the store is open.
        let copy = "\(shop.path)/copy"
        try FileManager.default.createDirectory(atPath: copy, withIntermediateDirectories: true)
        try FileManager.default.copyItem(atPath: "\(shop.state)/scr.sqlite", toPath: "\(copy)/scr.sqlite")
        let torn = try #require(LogTail(log)).tear(size: log.count, choice: choice)
        try Data(log.prefix(torn.keep) + torn.rest).write(to: URL(fileURLWithPath: "\(copy)/scr.sqlite-wal"))
        let again = try await SQLiteTaskStore.open(in: StateDirectory.open(copy))
        #expect(try await again.counts() == [.queued: 3])
        await again.close()
        await store.close()
      }
    }
  }
}
