import GRDB
import SCRProtocol
import SCRRuntime
import SCRStore
import SCRTestSupport
import Testing

@Suite("Memory stores keep the rules of the seam", .timeLimit(.minutes(1)))
struct MemoryStoreTests {
  private typealias Rules = MemoryStoreConformance

  @Test("in memory", arguments: MemoryStoreConformance.checks)
  func memory(check: MemoryStoreConformance.Check) async throws {
    try await check.run(InMemoryMemoryStore(quota: Rules.quota))
  }

  @Test("in SQLite", arguments: MemoryStoreConformance.checks)
  func sqlite(check: MemoryStoreConformance.Check) async throws {
    try await withTemporaryDirectory { path in
      let store = try await SQLiteMemoryStore.open(in: StateDirectory.open(path), quota: Rules.quota)
      try await check.run(store)
      await store.close()
    }
  }

  /// One store with three records, closed again; `body` gets its folder.
  private func closed(_ body: (_ path: String, _ file: String) async throws -> Void) async throws {
    try await withTemporaryDirectory { path in
      let directory = try StateDirectory.open(path)
      let store = try await SQLiteMemoryStore.open(in: directory)
      try await store.write([
        Rules.put("a", "apple pie") { $0.tags = ["x"] }, Rules.put("b", "banana 日本語"), Rules.put("c", "cherry"),
      ])
      await store.close()
      directory.release()
      try await body(path, directory.memoryPath)
    }
  }

  private func reopened<Value>(_ path: String, _ body: (SQLiteMemoryStore) async throws -> Value) async throws -> Value
  {
    let directory = try StateDirectory.open(path)
    let store = try await SQLiteMemoryStore.open(in: directory)
    defer { directory.release() }
    let value = try await body(store)
    await store.close()
    return value
  }

  private func search(_ text: String, in store: SQLiteMemoryStore) async throws -> [String] {
    try await store.find(MemoryQuery(match: MemoryMatch(text), now: Rules.moment(0))).hits.map(\.record.address.key)
  }

  @Test("records survive a restart, in a file of their own")
  func reopening() async throws {
    try await closed { path, file in
      let found = try await reopened(path) { try await search("apple", in: $0) }
      #expect(found == ["a"])
      #expect(fileSize(file) > 0)
      #expect(fileSize(path + "/scr.sqlite") == 0)
    }
  }

  @Test("memory of a newer version is left alone")
  func newerFormat() async throws {
    try await withTemporaryDirectory { path in
      let directory = try StateDirectory.open(path)
      try edit(directory.memoryPath, "PRAGMA user_version = 99")
      let error = await storeError { _ = try await SQLiteMemoryStore.open(in: directory) }
      #expect(error?.code == .newerFormat)
    }
  }

  @Test("beside its owner memory can be read, searched and verified, and not written")
  func besideOwner() async throws {
    try await withTemporaryDirectory { path in
      let missing = await storeError { _ = try await SQLiteMemoryStore.openReadOnly(path) }
      #expect(missing?.code == .missing)
      let owner = try await SQLiteMemoryStore.open(in: StateDirectory.open(path))
      try await owner.write([Rules.put("a", "apple")])
      let guest = try await SQLiteMemoryStore.openReadOnly(path)
      #expect(try await search("apple", in: guest) == ["a"])
      try await owner.write([Rules.put("b", "apple")])
      #expect(try await search("apple", in: guest).count == 2)
      #expect(try await guest.verify(repairing: false).isGood)
      #expect(await storeError { try await guest.write([Rules.put("c")]) }?.code == .readOnly)
      #expect(await storeError { _ = try await guest.verify(repairing: true) }?.code == .readOnly)
      await guest.close()
      await owner.close()
    }
  }

  @Test(
    "an index, tags and counts that do not fit the records are found and written anew",
    arguments: [
      "INSERT INTO search (search) VALUES ('delete-all')",
      "INSERT INTO search (rowid, words) VALUES (2, 'ghost')",
      "UPDATE search_data SET block = zeroblob(length(block)) WHERE id > 10",
      "DELETE FROM search_data WHERE id = 10", "DROP TABLE search_idx", "DELETE FROM tags",
      "INSERT INTO tags VALUES ('ghost', 1)", "UPDATE namespaces SET records = 7, bytes = 1", "DELETE FROM namespaces",
    ])
  func repair(damage: String) async throws {
    try await closed { path, file in
      try edit(file, damage)
      try await reopened(path) { store in
        let before = try await store.verify(repairing: false)
        #expect(!before.isGood)
        #expect(try await store.verify(repairing: true).isRepaired)
        #expect(try await store.verify(repairing: false).problems == [])
        #expect(try await search("apple", in: store) == ["a"])
        #expect(try await search("日本", in: store) == ["b"])
        #expect(try await search("ghost", in: store) == [])
        #expect(try await store.usage().map(\.records) == [3])
        #expect(try await store.find(MemoryQuery(tags: ["x"], now: Rules.moment(0))).hits.count == 1)
      }
    }
  }

  @Test("a record that was edited behind its back is named, and hides no other")
  func damagedRecord() async throws {
    try await closed { path, file in
      try edit(file, "UPDATE records SET text = 'apple turnover' WHERE key = 'b'")
      try await reopened(path) { store in
        let page = try await store.find(MemoryQuery(now: Rules.moment(0)))
        #expect(page.hits.map(\.record.address.key) == ["c", "a"])
        let report = try await store.verify(repairing: false)
        #expect(report.problems.map(\.record) == page.damaged)
        #expect(page.damaged.count == 1)
        #expect(
          await storeError { _ = try await store.record(.address(MemoryAddress(.fact, "b")), now: Rules.moment(0)) }?
            .code == .corrupt)
      }
    }
  }

  @Test("an index of other words is written anew when the store opens")
  func otherWords() async throws {
    try await closed { path, file in
      try edit(
        file, "UPDATE marks SET value = 0 WHERE name = '.words'; INSERT INTO search (search) VALUES ('delete-all')")
      #expect(try await reopened(path) { try await search("apple", in: $0) } == ["a"])
    }
  }

  @Test("what one store exports another takes in, and both find the same")
  func transfer() async throws {
    try await closed { path, _ in
      let (other, now) = (InMemoryMemoryStore(), Rules.moment(50))
      var lines = [MemoryTransfer.header(at: now).jsonText]
      try await reopened(path) { store in
        try await MemoryTransfer.export(MemoryQuery(now: now), from: store) { page in
          lines += page.hits.map(\.record.json.jsonText)
        }
        let records = try MemoryTransfer.parse(Array(lines.joined(separator: "\n").utf8))
        let first = try await MemoryTransfer.import(records, into: other, replacing: false, now: now)
        #expect(first == (3, 0))
        let second = try await MemoryTransfer.import(records, into: other, replacing: false, now: now)
        #expect(second == (0, 3))
        #expect(
          try await other.find(MemoryQuery(now: now)).hits.map(\.record.id)
            == store.find(MemoryQuery(now: now)).hits.map(\.record.id).reversed())
      }
    }
  }
}
