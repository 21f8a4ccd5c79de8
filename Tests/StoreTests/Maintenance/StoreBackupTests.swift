import Foundation
import SCRRuntime
import SCRTestSupport
import Testing

@testable import SCRStore

@Suite("Backups", .timeLimit(.minutes(1)))
struct StoreBackupTests {
  private func names(_ path: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: path).sorted()
  }

  private func mode(_ path: String) throws -> Int? {
    try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
  }

  @Test("a copy is made while the owner goes on committing, whole and for this user alone")
  func besideOwner() async throws {
    try await withTaskStore { store, directory in
      let memory = try await SQLiteMemoryStore.open(in: directory)
      try await memory.write([MemoryStoreConformance.put("a")])
      let started = Signal<Void>()
      let (target, count) = (directory.path + "-copy", 200)
      let backup = try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask {
          for number in 0..<count {
            _ = try await store.commit(ScriptedWork.batch(number))
            started.fire()
          }
        }
        _ = await started.values(20)
        let backup = try await StoreBackup.make(of: directory.path, in: target)
        try await group.waitForAll()
        return backup
      }
      #expect(backup.report.isGood)
      #expect(try names(target) == ["memory.sqlite", "scr.sqlite"])
      #expect(try mode(target) == 0o700)
      for name in try names(target) { #expect(try mode("\(target)/\(name)") == 0o600) }
      let found = try #require(backup.report.files[0].rows["tasks"])
      #expect((20...count).contains(found))
      // A moment's picture: each batch whole, the first so many of them.
      #expect(try await ScriptedWork.verify(target, holds: Set(0..<found), upTo: count) == Set(0..<found))
      #expect(try await store.counts() == [.queued: count])
      await memory.close()
    }
  }

  @Test("something that is there already is left alone")
  func existing() async throws {
    try await withTaskStore { store, directory in
      try await DamagedRowTests.fill(store)
      let target = directory.path + "-copy"
      try "mine".write(toFile: target, atomically: false, encoding: .utf8)
      #expect((await storeError { _ = try await StoreBackup.make(of: directory.path, in: target) })?.code == .exists)
      #expect(try String(contentsOfFile: target, encoding: .utf8) == "mine")
    }
  }

  @Test("a full disk leaves nothing of the copy, and the store as it was")
  func fullDisk() async throws {
    try await withTaskStore { store, directory in
      for number in 0..<20 { _ = try await store.commit(ScriptedWork.batch(number)) }
      for nth in [1, 2, 9, 30] {
        try await FaultyDisk.use { disk in
          disk.plan(.full, at: .write, nth: nth, count: nil)
          let error = await storeError { _ = try await StoreBackup.make(of: directory.path, in: disk.folder + "/copy") }
          #expect(error?.code == .diskFull)
          #expect(error?.message.contains(disk.folder) == true)
          let left = try names(disk.folder)
          #expect(left == [])
        }
      }
      #expect(try await store.counts() == [.queued: 20])
    }
  }

  @Test("a damaged row goes into the copy and is told; a damaged page makes no copy")
  func damage() async throws {
    try await withTaskStore { store, directory in
      try await DamagedRowTests.fill(store)
      try edit(directory.tasksPath, "UPDATE events SET at = 1 WHERE sequence = 1")
      let backup = try await StoreBackup.make(of: directory.path, in: directory.path + "-copy")
      #expect(backup.report.files[0].problems.map(\.row) == ["event 1"])
      await store.close()
      let file = try FileHandle(forUpdating: URL(filePath: directory.tasksPath))
      try file.seek(toOffset: 4096)
      try file.write(contentsOf: [UInt8](repeating: 0xFF, count: 4096))
      try file.close()
      let target = directory.path + "-second"
      let error = await storeError { _ = try await StoreBackup.make(of: directory.path, in: target) }
      #expect(error?.code == .corrupt)
      #expect(try names((target as NSString).deletingLastPathComponent) == ["state", "state-copy"])
    }
  }

  @Test("where nothing is stored there is nothing to copy")
  func nothing() async throws {
    try await withTemporaryDirectory { path in
      let error = await storeError { _ = try await StoreBackup.make(of: path, in: path + "/copy") }
      let left = try names(path)
      #expect(error?.code == .missing)
      #expect(left == [])
    }
  }
}
