import Foundation
import GRDB
import SCRRuntime
import SCRTestSupport
import Testing

@testable import SCRStore

@Suite("What a disk gave back is not what it was given", .timeLimit(.minutes(1)))
struct DamageTests {
  /// A store with four batches in its database and five more in its log, as a crash leaves it.
  private func withLeftOver(_ body: (FaultyDisk) async throws -> Void) async throws {
    try await FaultyDisk.use { disk in
      let directory = try StateDirectory.open(disk.folder)
      var store = try await SQLiteTaskStore.open(in: directory)
      for number in 0..<4 { _ = try await store.commit(ScriptedWork.batch(number)) }
      await store.close()
      store = try await SQLiteTaskStore.open(in: directory)
      for number in 4..<9 { _ = try await store.commit(ScriptedWork.batch(number)) }
      disk.plan(.powerLoss(bytes: 0), at: .changes)
      await store.close()
      directory.release()
      try disk.restart(keeping: .synced)
      try await body(disk)
    }
  }

  private func log(_ disk: FaultyDisk) -> String { disk.folder + "/scr.sqlite-wal" }

  private func flip(_ path: String, at place: Int) throws {
    let file = try FileHandle(forUpdating: URL(filePath: path))
    try file.seek(toOffset: UInt64(place))
    let byte = try file.read(upToCount: 1)?.first ?? 0
    try file.seek(toOffset: UInt64(place))
    try file.write(contentsOf: [byte ^ 16])
    try file.close()
  }

  @Test("a log in order is read to its end")
  func intact() async throws {
    try await withLeftOver { disk in
      let scan = try #require(try LogScan.read(log(disk)))
      #expect(scan.commits == 5)
      #expect(scan.end == fileSize(log(disk)))
      #expect(!scan.isDamaged)
      #expect(try LogScan.read(disk.folder + "/none") == nil)
      try await ScriptedWork.verify(disk.folder, holds: Set(0..<9), upTo: 9)
    }
  }

  @Test("a damaged log is refused where commits lie beyond the damage, whatever part of it is hit")
  func damagedLog() async throws {
    // The header's magic, page size and salt; of the second frame page, mark of a commit, salt, checksum and content; and
    // some content further on.
    let second = 32 + 24 + 4096
    let further = 32 + 9 * (24 + 4096)
    let places = [0, 8, 17, second, second + 3, second + 8, second + 16, second + 2000, further + 100]
    for place in places {
      try await withLeftOver { disk in
        try flip(log(disk), at: place)
        let before = try Data(contentsOf: URL(filePath: log(disk)))
        let error = await storeError { _ = try await SQLiteTaskStore.open(in: StateDirectory.open(disk.folder)) }
        #expect(error?.code == .corrupt, "flipped at \(place)")
        let scan = try #require(try LogScan.read(log(disk)))
        #expect(error?.message.contains("truncate -s \(scan.end) \(log(disk))") == true)
        #expect(try Data(contentsOf: URL(filePath: log(disk))) == before)
        // Which is what a person may decide to do.
        #expect(truncate(log(disk), off_t(scan.end)) == 0)
        try await ScriptedWork.verify(disk.folder, holds: Set(0..<4), upTo: 9)
      }
    }
  }

  @Test("somebody who still reads what a crash left keeps no owner from starting")
  func reader() async throws {
    try await withLeftOver { disk in
      var configuration = Configuration()
      configuration.allowsUnsafeTransactions = true
      let reader = try DatabaseQueue(path: disk.folder + "/scr.sqlite", configuration: configuration)
      let count = { @Sendable (database: Database) in try Int.fetchOne(database, sql: "SELECT count(*) FROM tasks") }
      try await reader.writeWithoutTransaction { try $0.execute(sql: "BEGIN") }
      #expect(try await reader.writeWithoutTransaction(count) == 9)
      let before = try Data(contentsOf: URL(filePath: log(disk)))
      let directory = try StateDirectory.open(disk.folder)
      let store = try await SQLiteTaskStore.open(in: directory)
      #expect(try Data(contentsOf: URL(filePath: log(disk))) == before)
      _ = try await store.commit(ScriptedWork.batch(9))
      #expect(try await reader.writeWithoutTransaction(count) == 9)
      try await reader.writeWithoutTransaction { try $0.execute(sql: "ROLLBACK") }
      try reader.close()
      await store.close()
      directory.release()
      try await ScriptedWork.verify(disk.folder, holds: Set(0..<10), upTo: 10)
    }
  }

  @Test("damage in the last commit cannot be told from a commit that a crash tore")
  func lastCommit() async throws {
    try await withLeftOver { disk in
      try flip(log(disk), at: fileSize(log(disk)) - 100)
      #expect(try await ScriptedWork.verify(disk.folder, holds: Set(0..<8), upTo: 9) == Set(0..<8))
    }
  }

  @Test("what a large batch that was taken back left in the log is not taken for damage", arguments: 1...6)
  func takenBack(nth: Int) async throws {
    for kept in [FaultyDisk.Kept.everything, .some(seed: UInt64(nth))] {
      try await FaultyDisk.use { disk in
        let directory = try StateDirectory.open(disk.folder)
        let store = try await SQLiteTaskStore.open(in: directory)
        _ = try await store.commit(ScriptedWork.batch(0))
        var large = TaskStoreConformance.task("large")
        large.goal = String(repeating: "more than SQLite keeps in memory. ", count: 200_000)
        var batch = TaskStoreConformance.insert(large)
        batch.changes.append(.requestCancel(TaskID("none")))
        let size = fileSize(log(disk))
        let refusal = await storeError { [batch] in _ = try await store.commit(batch) }
        #expect(refusal?.code == .failed)
        #expect(fileSize(log(disk)) > size + (1 << 20))
        _ = try await store.commit(ScriptedWork.batch(1))
        disk.plan(.powerLoss(bytes: 700), at: .write, of: .log, nth: nth)
        let loss = await storeError { _ = try await store.commit(ScriptedWork.batch(2)) }
        #expect(loss != nil)
        await store.close()
        directory.release()
        try disk.restart(keeping: kept)
        try await ScriptedWork.verify(disk.folder, holds: [0, 1], upTo: 3)
      }
    }
  }

  @Test("a damaged page of the database is told, and hides nothing that lies in others")
  func damagedPage() async throws {
    try await withLeftOver { disk in
      await (try SQLiteTaskStore.open(in: StateDirectory.open(disk.folder))).close()
      let path = disk.folder + "/scr.sqlite"
      let root: Int = try #require(try value(path, "SELECT rootpage FROM sqlite_master WHERE name = 'events'"))
      let start = (root - 1) * 4096
      // The kind of a tree's page.
      disk.plan(.flip(byte: start), at: .read, of: .database, count: nil)
      let directory = try StateDirectory.open(disk.folder)
      let store = try await SQLiteTaskStore.openReadOnly(disk.folder)
      let error = await storeError { _ = try await store.events(since: 0, taskID: nil, limit: 10) }
      #expect(error?.code == .corrupt)
      #expect(error?.message.contains("the file is damaged") == true)
      #expect(try await store.tasks(TaskQuery()).tasks.count == 9)
      await store.close()
      let report = try await StoreCheck.run(disk.folder)
      #expect(!report.isGood)
      #expect(report.files[0].problems.contains { $0.table == "events" && $0.message.contains("cannot be read") })
      #expect(report.files[0].rows["tasks"] == 9)
      directory.release()
    }
  }
}
