import SCRProtocol
import SCRRuntime
import SCRStore
import SCRTestSupport
import Testing

@Suite("Memory stores keep the rules of the seam", .timeLimit(.minutes(1)))
struct MemoryStoreTests {
  @Test("in memory", arguments: MemoryStoreConformance.checks)
  func memory(check: MemoryStoreConformance.Check) async throws {
    try await check.run(InMemoryMemoryStore())
  }

  @Test("in SQLite", arguments: MemoryStoreConformance.checks)
  func sqlite(check: MemoryStoreConformance.Check) async throws {
    try await withTemporaryDirectory { path in
      let store = try await SQLiteMemoryStore.open(in: StateDirectory.open(path))
      try await check.run(store)
      await store.close()
    }
  }

  @Test("records survive a restart, in a file of their own")
  func reopening() async throws {
    try await withTemporaryDirectory { path in
      let directory = try StateDirectory.open(path)
      let first = try await SQLiteMemoryStore.open(in: directory)
      try await first.put(MemoryStoreConformance.record("a"))
      await first.close()
      let second = try await SQLiteMemoryStore.open(in: directory)
      #expect(try await second.get(kind: "task", id: "a") == MemoryStoreConformance.record("a"))
      await second.close()
      #expect(fileSize(path + "/memory.sqlite") > 0)
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

  @Test("at its limit the memory in memory forgets what was written longest ago")
  func forgetting() async throws {
    let store = InMemoryMemoryStore(maximumRecords: 3)
    for round in 0..<100 {
      for id in ["a", "b", "c"] { try await store.put(MemoryStoreConformance.record(id, at: Int64(round))) }
    }
    try await store.put(MemoryStoreConformance.record("a", at: 200))
    try await store.put(MemoryStoreConformance.record("d", at: 201))
    #expect(try await store.list(kind: "task", limit: 10).map(\.id) == ["d", "a", "c"])
  }
}
