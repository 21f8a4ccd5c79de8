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

  @Test("opening what was closed in order writes nothing, and commits after it survive a crash")
  func quietOpening() async throws {
    try await withTemporaryDirectory { path in
      let directory = try StateDirectory.open(path)
      await (try SQLiteTaskStore.open(in: directory)).close()
      await (try SQLiteMemoryStore.open(in: directory)).close()
      let store = try await SQLiteTaskStore.open(in: directory)
      let memory = try await SQLiteMemoryStore.open(in: directory)
      for name in ["scr.sqlite-wal", "memory.sqlite-wal"] { #expect(fileSize("\(path)/\(name)") == 1) }
      _ = try await store.commit(batch)
      try await withTemporaryDirectory { copy in
        for file in ["scr.sqlite", "scr.sqlite-wal"] {
          try FileManager.default.copyItem(atPath: "\(path)/\(file)", toPath: "\(copy)/\(file)")
        }
        let next = try await SQLiteTaskStore.open(in: StateDirectory.open(copy))
        #expect(try await next.task(task.id) == task)
        await next.close()
      }
      await memory.close()
      await store.close()
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

  private func queryPlan(_ store: SQLiteTaskStore, _ sql: String, _ values: [DatabaseValue]) async throws -> [String] {
    try await store.read { database in
      try Row.fetchAll(database, sql: "EXPLAIN QUERY PLAN " + sql, arguments: StatementArguments(values))
        .map { $0["detail"] as String }
    }
  }

  @Test("claiming and deadlines read their indices in order, however many tasks are queued")
  func plans() async throws {
    let lane = ["/a".databaseValue, "default".databaseValue, 3.databaseValue, "".databaseValue]
    let inLane = "workspace_root=? AND class=? AND priority=? AND fairness_key=? AND number"
    let time = [1.databaseValue, 1.databaseValue]
    let due = SQLiteTaskStore.documentQuery(
      DocumentQuery(.wait, isOpen: true, dueBy: TaskStoreConformance.start, order: .dueFirst), start: nil)
    let wanted: [(sql: String, values: [DatabaseValue], plan: String)] = [
      (SQLiteTaskStore.claimQuery, lane + time, "SEARCH tasks USING INDEX tasks_queue (\(inLane)>?)"),
      (
        SQLiteTaskStore.rankQuery, lane + [9.databaseValue],
        "SEARCH tasks USING COVERING INDEX tasks_queue (\(inLane)<?)"
      ),
      (SQLiteTaskStore.startableQuery, time, "SEARCH tasks USING INDEX tasks_by_start (run_at>? AND run_at<?)"),
      (
        SQLiteTaskStore.endedQuery([.failed]), time,
        "SEARCH tasks USING INDEX tasks_by_end (ended_at>? AND ended_at<?)"
      ),
      (due.sql, due.arguments, "SEARCH documents USING INDEX documents_due (kind=? AND due_at>? AND due_at<?)"),
      (SQLiteTaskStore.overdueQuery, time, "SEARCH tasks USING INDEX tasks_by_deadline (deadline>? AND deadline<?)"),
    ]
    try await withTaskStore { store, _ in
      for query in wanted {
        let plan = try await queryPlan(store, query.sql, query.values)
        #expect(plan == [query.plan])
      }
      let summaries = try await queryPlan(
        store, SQLiteTaskStore.lanesQuery,
        ["/a".databaseValue, "".databaseValue, 0.databaseValue, "".databaseValue, 64.databaseValue])
      #expect(
        summaries == [
          "CO-ROUTINE lanes",
          "SEARCH tasks USING COVERING INDEX tasks_queue (workspace_root=? AND (class,priority,fairness_key)>(?,?,?))",
          "SCAN lanes",
          "SEARCH tasks USING INTEGER PRIMARY KEY (rowid=?)",
        ])
      let totals = try await queryPlan(store, SQLiteTaskStore.totalsQuery, [])
      #expect(
        totals == [
          "CO-ROUTINE totals", "SCAN tasks USING COVERING INDEX tasks_queue", "SCAN totals",
          "SEARCH tasks USING INTEGER PRIMARY KEY (rowid=?)",
        ])
      let nearest = try await queryPlan(store, SQLiteTaskStore.nearestDeadlineQuery, [])
      #expect(nearest.allSatisfy { $0.hasPrefix("SEARCH tasks USING INDEX tasks_by_deadline") })
    }
  }

  @Test("one damaged row hides no other: a page tells its id, the queue goes on without it")
  func damagedRow() async throws {
    try await withTaskStore { store, directory in
      let tasks = ["a", "b", "c"].map { name in
        var task = TaskStoreConformance.task(name)
        task.workspaceRoot = "/w"
        task.deadline = TaskStoreConformance.moment(1)
        return task
      }
      _ = try await store.commit(TaskStoreConformance.insert(tasks[0], tasks[1], tasks[2]))
      try edit(directory.tasksPath, "UPDATE tasks SET inputs = '{', servers = '{' WHERE id = 'b'")
      #expect(
        try await store.tasks(TaskQuery()) == TaskPage(tasks: [tasks[2], tasks[0]], damaged: [TaskID("b")]))
      let page = try await store.tasks(TaskQuery(limit: 2))
      #expect(page.tasks == [tasks[2]] && page.damaged == [TaskID("b")])
      #expect(try await store.tasks(TaskQuery(cursor: page.nextCursor, limit: 2)) == TaskPage(tasks: [tasks[0]]))
      let query = ClaimQuery(workspaceRoot: "/w", lane: QueueLane(of: tasks[0]), limit: 10)
      #expect(try await store.claimable(query).map(\.id) == [tasks[0].id, tasks[2].id])
      #expect(try await store.overdue(at: TaskStoreConformance.moment(1), limit: 10) == [tasks[0], tasks[2]])
      #expect((await storeError { _ = try await store.task(TaskID("b")) })?.code == .corrupt)
    }
  }

  @Test(
    "a journal row in which one bit turned is reported as damaged, naming its checksum",
    arguments: [("steps", "attempt = attempt + 1"), ("documents", "body = '[2]'")])
  func checksum(table: String, assignment: String) async throws {
    try await withTaskStore { store, directory in
      let document = StoreDocument(.wait, id: "w", body: [1], now: TaskStoreConformance.start)
      _ = try await store.commit(batch)
      _ = try await store.commit(
        StoreBatch(at: TaskStoreConformance.start, changes: [.putDocument(document), .putDocument(document)]))
      #expect(try await store.document(.wait, "w")?.revision == 2)
      try edit(directory.tasksPath, "UPDATE \(table) SET \(assignment)")
      let error = await storeError {
        switch table {
        case "steps": _ = try await store.steps(of: task.id)
        default: _ = try await store.document(.wait, "w")
        }
      }
      #expect(error?.code == .corrupt)
      #expect(error?.message.contains("column checksum of a row in \(table) (") == true)
      #expect(error?.message.contains("does not match its row") == true)
      if table == "documents" { #expect(try await store.documents(DocumentQuery(.wait)).damaged == ["w"]) }
    }
  }

  @Test("what is deeper than a message may be is read back")
  func depth() async throws {
    try await withTaskStore { store, _ in
      var deep = TaskStoreConformance.task("deep")
      deep.result = (0..<200).reduce(JSONValue.null) { value, _ in [value] }
      _ = try await store.commit(TaskStoreConformance.insert(deep))
      #expect(try await store.task(deep.id) == deep)
    }
  }

  @Test("the text of a step's value is stored once")
  func storedText() async throws {
    try await withTaskStore { store, _ in
      let record = StepRecord(
        taskID: TaskID("a"), stepID: "one", state: .completed, value: ToolResult(text: "needle").json)
      _ = try await store.commit(
        StoreBatch(
          at: TaskStoreConformance.start, changes: [.insertTask(TaskStoreConformance.task("a")), .putStep(record)]))
      let stored = try await store.read { try String.fetchOne($0, sql: "SELECT value FROM steps") }
      #expect(stored == #"{"content":[{"type":"text","text":"needle"}],"isError":false}"#)
    }
  }

  @Test("a NUL character in a text is the fault of whoever sent it")
  func nulCharacter() async throws {
    try await withTaskStore { store, _ in
      var task = TaskStoreConformance.task("a")
      task.title = "a\u{0}b"
      let error = await storeError { _ = try await store.commit(TaskStoreConformance.insert(task)) }
      #expect(error?.code == .badText)
      #expect(error.map { RuntimeError($0).kind } == .invalidInput)
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
