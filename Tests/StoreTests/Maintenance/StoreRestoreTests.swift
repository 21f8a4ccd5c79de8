import Foundation
import SCRRuntime
import SCRTestSupport
import Testing

@testable import SCRStore

@Suite("Restoring and vacuuming", .timeLimit(.minutes(1)))
struct StoreRestoreTests {
  private let moment = Timestamp(milliseconds: 1_764_000_000_000)

  private func names(_ path: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: path).sorted()
  }

  /// A store with two batches and memory, a backup of it beside it, and one more batch after that.
  private func withBackup(_ body: (_ state: String, _ backup: String) async throws -> Void) async throws {
    try await withTemporaryDirectory { path in
      let (state, backup) = (path + "/state", path + "/backup")
      let directory = try StateDirectory.open(state)
      let store = try await SQLiteTaskStore.open(in: directory)
      let memory = try await SQLiteMemoryStore.open(in: directory)
      try await memory.write([MemoryStoreConformance.put("a")])
      for number in 0..<2 { _ = try await store.commit(ScriptedWork.batch(number)) }
      _ = try await StoreBackup.make(of: state, in: backup)
      _ = try await store.commit(ScriptedWork.batch(2))
      try await memory.write([MemoryStoreConformance.put("b")])
      await memory.close()
      await store.close()
      directory.release()
      try await body(state, backup)
    }
  }

  @Test("puts the backup in the place of the store, and keeps what was there")
  func restoring() async throws {
    try await withBackup { state, backup in
      let restore = try await StoreRestore.run(from: backup, into: state, at: moment)
      #expect(restore.kept == ["scr.sqlite.replaced-20251124T160000Z", "memory.sqlite.replaced-20251124T160000Z"])
      #expect(try names(state) == (restore.kept + ["lock", "memory.sqlite", "scr.sqlite"]).sorted())
      #expect(try await ScriptedWork.verify(state, holds: [0, 1], upTo: 3) == [0, 1])
      let directory = try StateDirectory.open(state)
      let memory = try await SQLiteMemoryStore.open(in: directory)
      #expect(try await memory.find(MemoryQuery(now: .init(milliseconds: 0))).hits.map(\.record.address.key) == ["a"])
      await memory.close()
      directory.release()
      // The backup is as it was, and may be restored again, also into a place where nothing is.
      let again = try await StoreRestore.run(from: backup, into: state, at: moment)
      #expect(again.kept.allSatisfy { $0.hasSuffix("-2") })
      #expect(try await StoreRestore.run(from: backup, into: state + "/new/place", at: moment).kept == [])
      try await ScriptedWork.verify(state + "/new/place", holds: [0, 1], upTo: 3)
    }
  }

  @Test("a log that belongs to the replaced file goes with it, so that both can be opened again")
  func log() async throws {
    try await withBackup { state, backup in
      let directory = try StateDirectory.open(state)
      let store = try await SQLiteTaskStore.open(in: directory)
      _ = try await store.commit(ScriptedWork.batch(3))
      let crashed = state + "-crashed"
      try FileManager.default.createDirectory(atPath: crashed, withIntermediateDirectories: false)
      for name in ["scr.sqlite", "scr.sqlite-wal"] {
        try FileManager.default.copyItem(atPath: "\(state)/\(name)", toPath: "\(crashed)/\(name)")
      }
      await store.close()
      let restore = try await StoreRestore.run(from: backup, into: crashed, at: moment)
      let kept = "scr.sqlite.replaced-20251124T160000Z"
      #expect(restore.kept == [kept, kept + "-wal"])
      #expect(try await ScriptedWork.verify(crashed, holds: [0, 1], upTo: 4) == [0, 1])
      let before = state + "-before"
      try FileManager.default.createDirectory(atPath: before, withIntermediateDirectories: false)
      for side in ["", "-wal"] {
        try FileManager.default.moveItem(atPath: "\(crashed)/\(kept)\(side)", toPath: "\(before)/scr.sqlite\(side)")
      }
      #expect(try await ScriptedWork.verify(before, holds: [0, 1, 2, 3], upTo: 4) == [0, 1, 2, 3])
    }
  }

  @Test("an owner keeps it out, and a backup that is no good changes nothing")
  func refusals() async throws {
    try await withBackup { state, backup in
      let owner = try StateDirectory.open(state)
      #expect(
        (await storeError { _ = try await StoreRestore.run(from: backup, into: state, at: moment) })?.code == .locked)
      #expect((await storeError { _ = try await StoreVacuum.run(state) })?.code == .locked)
      owner.release()
      let none = await storeError { _ = try await StoreRestore.run(from: backup + "-none", into: state, at: moment) }
      #expect(none?.code == .noBackup)
      try edit(backup + "/scr.sqlite", "UPDATE steps SET attempt = 5 WHERE task_id = 't0'")
      let damaged = await storeError { _ = try await StoreRestore.run(from: backup, into: state, at: moment) }
      #expect(damaged?.code == .badBackup)
      #expect(damaged?.message.contains("step only of t0") == true)
      #expect(damaged?.message.contains("--accept-damaged-rows") == true)
      try await ScriptedWork.verify(state, holds: [0, 1, 2], upTo: 3)
      let taken = try await StoreRestore.run(from: backup, into: state, at: moment, acceptsDamagedRows: true)
      #expect(taken.report.files[0].problems.count == 1)
      try edit(backup + "/scr.sqlite", "PRAGMA user_version = 99")
      let newer = await storeError { _ = try await StoreRestore.run(from: backup, into: state, at: moment) }
      #expect(newer?.code == .badBackup)
    }
  }

  @Test("an interrupted restore is never taken for an empty store, and running it again ends it")
  func interrupted() async throws {
    try await withBackup { state, backup in
      // As it is between putting the old files aside and the new ones in their place.
      try RestoreMark.set(in: state)
      try FileManager.default.moveItem(atPath: state + "/scr.sqlite", toPath: state + "/scr.sqlite.replaced-x")
      for attempt in [
        { _ = try StateDirectory.open(state) }, { _ = try await SQLiteTaskStore.openReadOnly(state) },
        { _ = try await StoreCheck.run(state) }, { _ = try await StoreVacuum.run(state) },
        { _ = try await StoreBackup.make(of: state, in: state + "-copy") },
      ] as [() async throws -> Void] {
        let error = await storeError(attempt)
        #expect(error?.message.contains("was interrupted: run scr store restore again") == true)
      }
      #expect(!FileManager.default.fileExists(atPath: state + "/scr.sqlite"))
      _ = try await StoreRestore.run(from: backup, into: state, at: moment)
      try await ScriptedWork.verify(state, holds: [0, 1], upTo: 3)
    }
  }

  @Test("vacuum gives back what was used, and says how much")
  func vacuum() async throws {
    try await withTemporaryDirectory { path in
      #expect((await storeError { _ = try await StoreVacuum.run(path) })?.code == .missing)
      let directory = try StateDirectory.open(path)
      let store = try await SQLiteTaskStore.open(in: directory)
      for number in 0..<60 { _ = try await store.commit(ScriptedWork.batch(number)) }
      await store.close()
      directory.release()
      try edit(
        path + "/scr.sqlite",
        "DELETE FROM steps WHERE number > 6; DELETE FROM documents WHERE number > 6; DELETE FROM events WHERE sequence > 12; DELETE FROM tasks WHERE number > 6"
      )
      let file = try #require(try await StoreVacuum.run(path).files.first)
      #expect(file.name == "scr.sqlite")
      #expect(file.bytesBefore > 2 * file.bytesAfter)
      #expect(fileSize(path + "/scr.sqlite") + fileSize(path + "/scr.sqlite-wal") == Int(file.bytesAfter))
      try await ScriptedWork.verify(path, holds: Set(0..<6), upTo: 60)
    }
  }

  @Test("a full disk while vacuuming leaves the store as it was")
  func vacuumOnFullDisk() async throws {
    for nth in [1, 3, 20] {
      try await FaultyDisk.use { disk in
        let work = await ScriptedWork.run(in: disk.folder)
        disk.plan(.full, at: .write, nth: nth, count: nil)
        #expect((await storeError { _ = try await StoreVacuum.run(disk.folder) })?.code == .diskFull)
        disk.heal()
        try await ScriptedWork.verify(disk.folder, holds: work.acknowledged)
      }
    }
  }
}
