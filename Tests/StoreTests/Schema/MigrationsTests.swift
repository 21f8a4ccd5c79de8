import GRDB
import SCRRuntime
import SCRTestSupport
import Testing

@testable import SCRStore

@Suite("Formats of the databases", .timeLimit(.minutes(1)))
struct MigrationsTests {
  private func version(_ database: Database) throws -> Int? { try Int.fetchOne(database, sql: "PRAGMA user_version") }

  @Test("a file of the first format is brought to the newest, with its tasks")
  func firstFormat() async throws {
    try await withTemporaryDirectory { path in
      let directory = try StateDirectory.open(path)
      let task = TaskStoreConformance.fullTask("a")
      let first = try await SQLiteTaskStore.open(in: directory)
      _ = try await first.commit(TaskStoreConformance.insert(task))
      await first.close()
      try edit(directory.tasksPath, MigrationFixture.backToFirst)
      let next = try await SQLiteTaskStore.open(in: directory)
      #expect(try await next.task(task.id) == task)
      #expect(try await next.nearestDeadline() == task.deadline)
      #expect(try await next.claimable(workspaceRoot: task.workspaceRoot, limit: 1) == [])
      await next.close()
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

enum MigrationFixture {
  /// Takes a file of the newest format back to the first.
  static let backToFirst = """
    DROP INDEX tasks_claimable_here; DROP INDEX tasks_by_deadline;
    CREATE INDEX tasks_claimable ON tasks (priority, created_at) WHERE state = 'queued';
    PRAGMA user_version = 1;
    """
}
