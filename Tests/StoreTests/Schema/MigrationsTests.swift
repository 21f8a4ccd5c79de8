import GRDB
import SCRProtocol
import SCRRuntime
import SCRTestSupport
import Testing

@testable import SCRStore

@Suite("Formats of the databases", .timeLimit(.minutes(1)))
struct MigrationsTests {
  private func version(_ database: Database) throws -> Int? { try Int.fetchOne(database, sql: "PRAGMA user_version") }

  @Test("a file of an older format is brought to the newest, with its tasks, steps and events", arguments: [1, 2])
  func olderFormat(version: Int) async throws {
    try await withTemporaryDirectory { path in
      let directory = try StateDirectory.open(path)
      try await DatabaseQueue(path: directory.tasksPath).writeWithoutTransaction { [path] database in
        try Migrations.tasks.first(version).apply(to: database, path: path)
        try database.execute(
          sql: """
            INSERT INTO tasks (id, title, plan, inputs, priority, class, state, workspace_root, deadline, \
            unknown_outcome, created_at, updated_at, cancel_requested, epoch) VALUES ('a', 'Task a', \
            '{"steps":[{"id":"x","tool":"git.log"},{"id":"y","tool":"git.show"},{"id":"z","tool":"calculator"}]}', \
            '{}', 3, 'default', 'queued', '/a', 70, 'ask', 50, 60, 0, 0);
            INSERT INTO steps (task_id, step_id, state, attempt) VALUES ('a', 'x', 'completed', 1);
            INSERT INTO events (at, kind, task_id, data) VALUES (50, 'task.submitted', 'a', '{}');
            """)
      }
      let store = try await SQLiteTaskStore.open(in: directory)
      let task = try #require(try await store.task(TaskID("a")))
      #expect(task.serverNames == ["git"])
      #expect(task.size == 101)
      #expect(try await store.steps(of: task.id).map(\.state) == [.completed])
      #expect(try await store.events(since: 0, taskID: nil, limit: 9).map(\.kind) == [.taskSubmitted])
      let lane = QueueLane(of: task)
      #expect(
        try await store.lanes(in: "/a", after: nil, limit: 9)
          == [LaneSummary(lane: lane, count: 1, bytes: 101, oldest: task.createdAt)])
      let queued = try await store.claimable(ClaimQuery(workspaceRoot: "/a", lane: lane, limit: 9))
      #expect(queued.map(\.id) == [task.id])
      #expect(try await store.nearestDeadline() == task.deadline)
      await store.close()
    }
  }

  @Test(
    "what an older version left is all there: tasks, steps, events and their numbers",
    arguments: ["scr-format-1", "scr-format-2"])
  func fixture(name: String) async throws {
    try await withTemporaryDirectory { path in
      let directory = try StateDirectory.open(path)
      try StoreFixture.place(name, at: directory.tasksPath)
      let older = await storeError { _ = try await SQLiteTaskStore.openReadOnly(path) }
      #expect(older?.message.contains("start `scr serve` once") == true)
      let store = try await SQLiteTaskStore.open(in: directory)
      let tasks = try await store.tasks(TaskQuery())
      #expect(tasks.damaged == [])
      #expect(
        tasks.tasks.map { "\($0.title): \($0.state.rawValue)" } == [
          "Patient: running", "With a key: completed", "A folder, later: running", "Größe “☃” über alles: failed",
          "Sums of the month: completed",
        ])
      #expect(tasks.tasks.map(\.serverNames) == [[], [], ["filesystem"], [], []])
      #expect(try await store.abandoned(by: Incarnation("run_new")).map(\.title) == ["A folder, later", "Patient"])
      #expect(try await store.task(withIdempotencyKey: "order-7")?.id == tasks.tasks[1].id)
      let values = try await store.steps(of: tasks.tasks[4].id).map { $0.value?["text"] }
      #expect(values == ["4", "8"])
      let events = try await store.events(since: 0, taskID: nil, limit: 1000)
      #expect(events.map(\.sequence) == (1...Int64(events.count)).map { $0 })
      #expect(!events.contains { $0.kind == .damaged })
      let draft = EventDraft(.taskFailed, taskID: tasks.tasks[0].id)
      let next = try await store.commit(StoreBatch(at: TaskStoreConformance.start, events: [draft]))
      #expect(next.map(\.sequence) == [Int64(events.count + 1)])
      await store.close()
      directory.release()
      #expect(try await StoreCheck.run(path).isGood)
    }
  }

  @Test("what format 3 left is all there: lanes, waits, schedules of the queue, and what was accepted for later")
  func formatThree() async throws {
    try await withTemporaryDirectory { path in
      let directory = try StateDirectory.open(path)
      try StoreFixture.place("scr-format-3", at: directory.tasksPath)
      let store = try await SQLiteTaskStore.open(in: directory)
      let tasks = try await store.tasks(TaskQuery())
      #expect(tasks.damaged == [])
      #expect(
        tasks.tasks.map { "\($0.title): \($0.state.rawValue)" } == [
          "Asks: waiting", "Later: scheduled", "Held: queued", "Sums of the month: completed",
          "Größe “☃” über alles: failed",
        ])
      #expect(tasks.tasks.map(\.taskClass) == ["default", "default", "held", "batch", "default"])
      #expect(tasks.tasks[1].budget == ["toolCalls": 5])
      #expect(try await store.task(withIdempotencyKey: "order-7")?.id == tasks.tasks[0].id)
      #expect(try await store.steps(of: tasks.tasks[3].id).map { $0.value?["text"] } == ["4", "8"])
      let wait = try await store.documents(DocumentQuery(.wait, isOpen: true)).documents
      #expect(wait.map(\.taskID) == [tasks.tasks[0].id])
      #expect(try await store.document(.queueControl, "class/held")?.body["pause"] == true)
      #expect(try await store.unheeded(limit: 9) == [])
      // A task of the older format lives on.
      var later = tasks.tasks[1]
      later.state = .queued
      _ = try await store.commit(StoreBatch(at: later.updatedAt, changes: [.updateTask(later)]))
      #expect(try await store.task(later.id) == later)
      await store.close()
      directory.release()
      #expect(try await StoreCheck.run(path).isGood)
    }
  }

  @Test("memory that an older version left is all there, can be searched, and goes on where it was")
  func memoryFixture() async throws {
    try await withTemporaryDirectory { path in
      let directory = try StateDirectory.open(path)
      try StoreFixture.place("memory-format-1", at: directory.memoryPath)
      let older = await storeError { _ = try await SQLiteMemoryStore.openReadOnly(path) }
      #expect(older?.message.contains("start `scr serve` once") == true)
      let store = try await SQLiteMemoryStore.open(in: directory)
      let now = Timestamp(milliseconds: 1_795_511_300_000)
      let tasks = try await store.find(MemoryQuery(kinds: [.task], now: now)).hits.map(\.record)
      #expect(tasks.count == 5)
      #expect(tasks.allSatisfy { $0.content.provenance.taskID?.text == $0.address.key })
      let found = try await store.find(MemoryQuery(match: MemoryMatch("grosse ueber"), now: now))
      #expect(found.hits.isEmpty)
      let title = try await store.find(MemoryQuery(match: MemoryMatch("GRÖSSE alles"), now: now))
      #expect(title.hits.map(\.record.content.text) == ["Größe “☃” über alles"])
      #expect(try await store.mark("events") == 55)
      #expect(try await store.verify(repairing: false).problems == [])
      await store.close()
      directory.release()
      #expect(try await StoreCheck.run(path).isGood)
    }
  }

  @Test("steps are taken once, all or none")
  func wholeOrNot() throws {
    let database = try DatabaseQueue()
    try database.writeWithoutTransaction { database in
      let first = "CREATE TABLE a (x)"
      #expect(throws: DatabaseError.self) {
        try Migrations([first, "nonsense"]).apply(to: database, path: "p")
      }
      #expect(try !database.tableExists("a"))
      #expect(try version(database) == 0)
      for _ in 1...2 {
        try Migrations([first, "CREATE TABLE b (x)"]).apply(to: database, path: "p")
        #expect(try version(database) == 2)
      }
      #expect(try database.tableExists("b"))
    }
  }
}
