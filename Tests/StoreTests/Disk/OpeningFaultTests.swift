import SCRRuntime
import SCRTestSupport
import Testing

@testable import SCRStore

@Suite("A start on a disk that fails", .timeLimit(.minutes(1)))
struct OpeningFaultTests {
  private func openingError(_ disk: FaultyDisk) async -> StoreError? {
    await storeError {
      let directory = try StateDirectory.open(disk.folder)
      await (try SQLiteTaskStore.open(in: directory)).close()
      directory.release()
    }
  }

  static let codes: [(Int32, StoreError.Code)] = [
    (13, .diskFull), (10 | 3 << 8, .failed), (10 | 4 << 8, .failed), (8, .readOnly),
  ]

  @Test("says why, at whichever operation it failed, and the next start is a good one", arguments: codes)
  func failing(code: Int32, meaning: StoreError.Code) async throws {
    var (nth, failures) = (1, 0)
    while nth == failures + 1 {
      try await FaultyDisk.use { disk in
        disk.plan(.fail(code), at: [.write, .sync], nth: nth, count: nil)
        if let error = await openingError(disk) {
          failures += 1
          #expect(error.code == meaning, "\(error)")
          #expect(error.message.contains(disk.folder))
        }
        disk.heal()
        let work = await ScriptedWork.run(in: disk.folder, count: 1)
        #expect(work.failures.map(\.message) == [])
        try await ScriptedWork.verify(disk.folder, holds: [0], upTo: 1)
      }
      nth += 1
    }
    #expect(failures > 3)
  }

  @Test("a full disk while a file is brought to the newest format leaves it in the old one")
  func migrating() async throws {
    var (nth, failures) = (1, 0)
    while nth == failures + 1 {
      try await FaultyDisk.use { disk in
        let task = TaskStoreConformance.task("a")
        try StoreFixture.place("scr-format-1", at: disk.folder + "/scr.sqlite")
        disk.plan(.full, at: .write, nth: nth, count: nil)
        if let error = await openingError(disk) {
          failures += 1
          #expect(error.code == .diskFull)
          disk.heal()
          #expect(try format(of: disk) == 1)
        }
        disk.heal()
        let store = try await SQLiteTaskStore.open(in: StateDirectory.open(disk.folder))
        _ = try await store.commit(TaskStoreConformance.insert(task))
        await store.close()
        #expect(try format(of: disk) == Migrations.tasks.newest)
      }
      nth += 1
    }
    #expect(failures > 0)
  }

  private func format(of disk: FaultyDisk) throws -> Int? {
    try value(disk.folder + "/scr.sqlite", "PRAGMA user_version")
  }

  @Test("a disk that can only be read is told as such, and nothing on it is changed")
  func readOnly() async throws {
    try await FaultyDisk.use { disk in
      let work = await ScriptedWork.run(in: disk.folder)
      disk.setReadOnly(true)
      let changes = disk.changes
      let error = await openingError(disk)
      #expect(error?.code == .readOnly)
      #expect(error?.message.contains("make the file and its directory writable for this user") == true)
      #expect(disk.changes == changes)
      disk.setReadOnly(false)
      try await ScriptedWork.verify(disk.folder, holds: work.acknowledged)
    }
  }

  @Test("a disk that turns read-only under way refuses commits and loses none")
  func turningReadOnly() async throws {
    try await FaultyDisk.use { disk in
      let directory = try StateDirectory.open(disk.folder)
      let store = try await SQLiteTaskStore.open(in: directory)
      _ = try await store.commit(ScriptedWork.batch(0))
      disk.setReadOnly(true)
      let error = await storeError { _ = try await store.commit(ScriptedWork.batch(1)) }
      #expect(error?.code == .failed)
      #expect(try await store.counts() == [.queued: 1])
      await store.close()
      directory.release()
      disk.setReadOnly(false)
      try await ScriptedWork.verify(disk.folder, holds: [0])
    }
  }

  @Test("memory tells its errors too, and keeps what it had")
  func memory() async throws {
    try await FaultyDisk.use { disk in
      let directory = try StateDirectory.open(disk.folder)
      let store = try await SQLiteMemoryStore.open(in: directory)
      try await store.write([MemoryStoreConformance.put("a")])
      disk.plan(.fail(13), at: .write, count: nil)
      let error = await storeError { try await store.write([MemoryStoreConformance.put("b")]) }
      #expect(error?.code == .diskFull)
      disk.heal()
      #expect(
        try await store.find(MemoryQuery(now: Timestamp(milliseconds: 0))).hits.map(\.record.address.key) == ["a"])
      await store.close()
    }
  }

  @Test("a state directory that was made is on the disk before anything in it is promised")
  func newDirectory() async throws {
    try await withTemporaryDirectory { path in
      // A directory that cannot be flushed must not be taken for one that is.
      let error = #expect(throws: StoreError.self) { try Flush.directory(path + "/none") }
      #expect(error?.message.hasPrefix("cannot flush at \(path)/none (") == true)
      try Flush.parent(of: path + "/scr.sqlite")
    }
  }
}
