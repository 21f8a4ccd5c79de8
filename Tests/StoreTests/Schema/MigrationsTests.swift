import GRDB
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
