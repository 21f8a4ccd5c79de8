import Foundation
import GRDB
import SCRProtocol
import SCRRuntime
import SCRTestSupport
import Testing

@testable import SCRStore

@Suite("Tasks in SQLite", .timeLimit(.minutes(1)))
struct SQLiteTaskStoreTests {
  private let task = TaskStoreConformance.fullTask("a")

  private var batch: StoreBatch {
    StoreBatch(
      at: TaskStoreConformance.start,
      changes: [.insertTask(task), .putStep(StepRecord(taskID: task.id, stepID: "one", state: .running))],
      events: [EventDraft(.taskSubmitted, taskID: task.id)])
  }

  @Test("a commit is flushed before it returns: the log, synchronous FULL, no checkpoint in between")
  func pragmas() async throws {
    try await withTaskStore { store, _ in
      let found = Signal<[String]>()
      try await store.database.write { database in
        let names = ["journal_mode", "synchronous", "wal_autocheckpoint", "foreign_keys"]
        found.fire(try names.map { try String.fetchOne(database, sql: "PRAGMA \($0)") ?? "" })
      }
      #expect(await found.values(1) == [["wal", "2", "0", "1"]])
    }
  }

  @Test("what was committed is in the files at once, as a crash would leave them")
  func crash() async throws {
    try await withTaskStore { store, directory in
      let events = try await store.commit(batch)
      try await withTemporaryDirectory { path in
        for file in ["scr.sqlite", "scr.sqlite-wal"] {
          try FileManager.default.copyItem(atPath: "\(directory.path)/\(file)", toPath: "\(path)/\(file)")
        }
        let next = try await SQLiteTaskStore.open(in: StateDirectory.open(path))
        #expect(try await next.task(task.id) == task)
        #expect(try await next.steps(of: task.id).map(\.state) == [.running])
        #expect(try await next.events(since: 0, taskID: nil, limit: 10) == events)
        #expect(try await next.abandoned(by: Incarnation("run_2")) == [task])
        await next.close()
      }
    }
  }

  @Test("a restart goes on with the same tasks and the next event number")
  func reopening() async throws {
    try await withTemporaryDirectory { path in
      let directory = try StateDirectory.open(path)
      let first = try await SQLiteTaskStore.open(in: directory)
      _ = try await first.commit(batch)
      await first.close()
      #expect(fileSize(path + "/scr.sqlite-wal") == 0)
      let second = try await SQLiteTaskStore.open(in: directory)
      #expect(try await second.task(task.id) == task)
      #expect(try await second.lastSequence() == 1)
      let event = StoreBatch(at: TaskStoreConformance.start, events: [EventDraft(.taskFailed, taskID: task.id)])
      #expect(try await second.commit(event).map(\.sequence) == [2])
      await second.close()
    }
  }

  @Test("event numbers are not used again after the newest events are gone")
  func numbersAreNotReused() async throws {
    try await withTemporaryDirectory { path in
      let directory = try StateDirectory.open(path)
      let first = try await SQLiteTaskStore.open(in: directory)
      _ = try await first.commit(batch)
      await first.close()
      try edit(directory.tasksPath, "DELETE FROM events")
      let second = try await SQLiteTaskStore.open(in: directory)
      let event = StoreBatch(at: TaskStoreConformance.start, events: [EventDraft(.taskFailed)])
      #expect(try await second.commit(event).map(\.sequence) == [2])
      await second.close()
    }
  }

  @Test("a file of a newer version is left alone")
  func newerFormat() async throws {
    try await withTemporaryDirectory { path in
      let directory = try StateDirectory.open(path)
      try edit(directory.tasksPath, "PRAGMA user_version = 99")
      let error = await storeError { _ = try await SQLiteTaskStore.open(in: directory) }
      #expect(error?.code == .newerFormat)
      #expect(error?.message.contains("format 99") == true)
      #expect((await storeError { _ = try await SQLiteTaskStore.openReadOnly(path) })?.code == .newerFormat)
    }
  }

  @Test("a file that is no database is reported as damaged, and stays as it is")
  func noDatabase() async throws {
    try await withTemporaryDirectory { path in
      let directory = try StateDirectory.open(path)
      let junk = String(repeating: "this is no database. ", count: 500)
      try junk.write(toFile: directory.tasksPath, atomically: false, encoding: .utf8)
      let error = await storeError { _ = try await SQLiteTaskStore.open(in: directory) }
      #expect(error?.code == .corrupt)
      #expect(error?.message.contains(directory.tasksPath) == true)
      #expect(try String(contentsOfFile: directory.tasksPath, encoding: .utf8) == junk)
    }
  }

  @Test(
    "a row that holds nonsense is reported as damaged, naming its column",
    arguments: ["state = 'odd'", "inputs = '{'", "inputs = '[]'", "reason = '{}'", "unknown_outcome = ''"])
  func nonsense(assignment: String) async throws {
    try await withTaskStore { store, directory in
      _ = try await store.commit(batch)
      try edit(directory.tasksPath, "UPDATE tasks SET \(assignment)")
      let error = await storeError { _ = try await store.task(task.id) }
      #expect(error?.code == .corrupt)
      #expect(error?.message.contains("column \(assignment.prefix { $0 != " " }) of") == true)
    }
  }

  @Test("claiming reads its index in order, however many tasks are queued")
  func claimingPlan() async throws {
    try await withTaskStore { store, _ in
      let plan = try await store.read { database in
        try Row.fetchAll(database, sql: "EXPLAIN QUERY PLAN " + SQLiteTaskStore.claimableQuery, arguments: [10])
          .map { $0["detail"] as String }
      }
      #expect(plan == ["SCAN tasks USING INDEX tasks_claimable"])
    }
  }

  @Test("a full disk refuses the batch, changes nothing, and is over when there is space again")
  func fullDisk() async throws {
    try await withTaskStore { store, _ in
      _ = try await store.commit(batch)
      try await store.database.write { try $0.execute(sql: "PRAGMA max_page_count = 1") }
      var large = TaskStoreConformance.task("large")
      large.goal = String(repeating: "x", count: 1 << 20)
      let insert = TaskStoreConformance.insert(large)
      #expect((await storeError { _ = try await store.commit(insert) })?.code == .diskFull)
      #expect(try await store.counts() == [.waiting: 1])
      try await store.database.write { try $0.execute(sql: "PRAGMA max_page_count = 1000000") }
      _ = try await store.commit(insert)
      #expect(try await store.task(large.id) == large)
    }
  }
}
