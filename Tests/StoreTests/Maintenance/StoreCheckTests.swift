import Foundation
import SCRRuntime
import SCRTestSupport
import Testing

@testable import SCRStore

@Suite("A look at the whole store", .timeLimit(.minutes(1)))
struct StoreCheckTests {
  private func problems(_ directory: StateDirectory) async throws -> [StoreReport.Problem] {
    try await StoreCheck.run(directory.path).files.flatMap(\.problems)
  }

  @Test("counts what there is, beside the owner and after it, and changes nothing")
  func good() async throws {
    try await withTaskStore { store, directory in
      try await DamagedRowTests.fill(store)
      let memory = try await SQLiteMemoryStore.open(in: directory)
      try await memory.write([MemoryStoreConformance.put("a")])
      let beside = try await StoreCheck.run(directory.path)
      #expect(beside.isGood)
      #expect(beside.files.map(\.name) == ["scr.sqlite", "memory.sqlite"])
      #expect(beside.files.map(\.rows) == [["tasks": 2, "steps": 2, "documents": 2, "events": 2], ["records": 1]])
      #expect(beside.files.map(\.format) == [Migrations.tasks.newest, Migrations.memory.newest])
      #expect(beside.files[0].logBytes > 1)
      await memory.close()
      await store.close()
      let files = try FileManager.default.contentsOfDirectory(atPath: directory.path).sorted()
      let after = try await StoreCheck.run(directory.path)
      #expect(after.files.map(\.rows) == beside.files.map(\.rows))
      #expect(after.files.map(\.logBytes) == [0, 0])
      #expect(files.allSatisfy { FileManager.default.fileExists(atPath: "\(directory.path)/\($0)") })
    }
  }

  static let broken: [(sql: String, row: String?, message: String)] = [
    (
      "UPDATE tasks SET state = 'completed', claim_sum = NULL WHERE id = 'a'", "task a",
      "ended as completed, but at no time"
    ),
    (
      "UPDATE tasks SET state = 'running', claim_sum = NULL WHERE id = 'a'", "task a", "runs, but nobody has its lease"
    ),
    ("UPDATE tasks SET inputs = '{' WHERE id = 'a'", "task a", "column inputs of a row in tasks (id a) is no JSON"),
    ("UPDATE steps SET value = NULL, checksum = NULL WHERE task_id = 'a'", "step one of a", "completed, but without a"),
    ("UPDATE documents SET revision = 0 WHERE id = 'a'", "document finding a", "was written 0 times"),
    ("UPDATE sqlite_sequence SET seq = 1 WHERE name = 'events'", nil, "event 2 is newer than the last number that was"),
    ("PRAGMA foreign_keys = OFF; DELETE FROM tasks WHERE id = 'a'", "row 1", "names a row of tasks that is not there"),
  ]

  @Test("tells what does not hold, and of which row", arguments: broken)
  func invariants(sql: String, row: String?, message: String) async throws {
    try await withTaskStore { store, directory in
      try await DamagedRowTests.fill(store)
      try edit(directory.tasksPath, sql)
      let found = try await problems(directory)
      #expect(!found.isEmpty)
      #expect(found.allSatisfy { $0.message.hasPrefix(message) })
      #expect(found.first?.row == row)
    }
  }

  @Test("many problems are counted, and the first of them told")
  func limit() async throws {
    try await withTaskStore { store, directory in
      let events = (1...300).map { _ in EventDraft(.taskFailed) }
      _ = try await store.commit(StoreBatch(at: TaskStoreConformance.start, events: events))
      try edit(directory.tasksPath, "UPDATE events SET at = at + 1")
      let file = try await StoreCheck.run(directory.path).files[0]
      #expect(file.problems.count == StoreReport.limit)
      #expect(file.moreProblems == 300 - StoreReport.limit)
    }
  }

  @Test("a file that is no database is a finding, not a failure to look")
  func noDatabase() async throws {
    try await withTemporaryDirectory { path in
      try String(repeating: "no database. ", count: 500).write(
        toFile: path + "/scr.sqlite", atomically: false, encoding: .utf8)
      let report = try await StoreCheck.run(path)
      #expect(report.files[0].format == nil)
      #expect(report.files[0].problems.count == 1)
      #expect(report.files[0].problems[0].message.contains("the file is damaged") == true)
      #expect(!report.isReadable)
    }
  }

  @Test("an older format is looked at as a file, its rows only once they are brought up to date")
  func olderFormat() async throws {
    try await withTemporaryDirectory { path in
      try StoreFixture.place("scr-format-1", at: path + "/scr.sqlite")
      let report = try await StoreCheck.run(path)
      #expect(report.isGood)
      #expect(report.files.map(\.isOlderFormat) == [true])
      #expect(report.files[0].rows == [:])
    }
  }

  @Test("a newer format and an empty place are said to be so")
  func refusals() async throws {
    try await withTemporaryDirectory { path in
      #expect((await storeError { _ = try await StoreCheck.run(path) })?.code == .missing)
      try StateDirectory.open(path).release()
      #expect((await storeError { _ = try await StoreCheck.run(path) })?.code == .missing)
      try edit(path + "/scr.sqlite", "PRAGMA user_version = 99")
      #expect((await storeError { _ = try await StoreCheck.run(path) })?.code == .newerFormat)
    }
  }
}
