import GRDB
import SCRProtocol
import SCRRuntime
import SCRTestSupport
import Testing

@testable import SCRStore

@Suite("One commit for many batches", .timeLimit(.minutes(1)))
struct GroupCommitTests {
  typealias Outcomes = [String: StoreError.Code?]

  /// Holds the writer back until all tasks are about to commit; returns what became of each.
  private func commitTogether(_ tasks: [AgentTask], in store: SQLiteTaskStore, _ path: String) async throws -> Outcomes
  {
    var configuration = Configuration()
    configuration.allowsUnsafeTransactions = true
    let intruder = try DatabaseQueue(path: path, configuration: configuration)
    try await intruder.writeWithoutTransaction { try $0.execute(sql: "BEGIN IMMEDIATE") }
    let started = Signal<Void>()
    let outcomes = try await withThrowingTaskGroup(of: (String, StoreError.Code?).self, returning: Outcomes.self) {
      group in
      for task in tasks {
        group.addTask {
          started.fire()
          do throws(StoreError) { _ = try await store.commit(TaskStoreConformance.insert(task)) } catch {
            return (task.id.text, error.code)
          }
          return (task.id.text, nil)
        }
      }
      _ = await started.values(tasks.count)
      // Reads go on while the writer waits: nothing of this blocks the threads that the tests run on.
      #expect(try await store.counts() == [:])
      try await intruder.writeWithoutTransaction { try $0.execute(sql: "ROLLBACK") }
      return try await group.reduce(into: [:]) { $0[$1.0] = .some($1.1) }
    }
    try intruder.close()
    return outcomes
  }

  @Test("two hundred batches that wait for the disk share a handful of commits")
  func sharing() async throws {
    try await withTaskStore { store, directory in
      let tasks = (1...200).map { TaskStoreConformance.task("t\($0)") }
      let outcomes = try await commitTogether(tasks, in: store, directory.tasksPath)
      #expect(outcomes.values.allSatisfy { $0 == nil })
      #expect(try await store.counts() == [.queued: 200])
      #expect((1...10).contains(store.commitCount))
    }
  }

  @Test("a batch that fails in a shared commit leaves the others untouched")
  func failingAlone() async throws {
    try await withTaskStore { store, directory in
      var tasks = (1...50).map { TaskStoreConformance.task("t\($0)") }
      tasks[25].title = "cut\u{0}"
      let twins = ["x", "y"].map { TaskStoreConformance.task($0, key: "k") }
      let outcomes = try await commitTogether(tasks + twins, in: store, directory.tasksPath)
      #expect(outcomes.filter { $0.value == .badText }.map(\.key) == ["t26"])
      #expect(outcomes.values.count { $0 == .duplicateKey } == 1)
      #expect(try await store.counts() == [.queued: 50])
      #expect(store.commitCount < 10)
    }
  }

  @Test("a COMMIT that fails fails everybody in it and leaves nothing behind")
  func failingCommit() async throws {
    try await FaultyDisk.use { disk in
      let directory = try StateDirectory.open(disk.folder)
      let store = try await SQLiteTaskStore.open(in: directory)
      disk.plan(.full, at: .write, of: .log, count: nil)
      let tasks = (1...20).map { TaskStoreConformance.task("t\($0)") }
      let outcomes = try await commitTogether(tasks, in: store, directory.tasksPath)
      #expect(outcomes.count == 20)
      #expect(outcomes.values.allSatisfy { $0 == .diskFull })
      #expect(try await store.counts() == [:])
      #expect(store.commitCount == 0)
      disk.heal()
      _ = try await store.commit(TaskStoreConformance.insert(tasks[0]))
      #expect(try await store.counts() == [.queued: 1])
      await store.close()
      directory.release()
    }
  }

  @Test("closing waits for the batches that are on their way")
  func closing() async throws {
    try await withTemporaryDirectory { path in
      let directory = try StateDirectory.open(path)
      let store = try await SQLiteTaskStore.open(in: directory)
      let started = Signal<Void>()
      let acknowledged = await withTaskGroup(of: Bool.self) { group in
        for number in 1...100 {
          group.addTask {
            started.fire()
            return (try? await store.commit(TaskStoreConformance.insert(TaskStoreConformance.task("t\(number)"))))
              != nil
          }
        }
        _ = await started.values(50)
        await store.close()
        return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
      }
      let next = try await SQLiteTaskStore.open(in: directory)
      #expect(try await next.counts()[.queued, default: 0] == acknowledged)
      await next.close()
    }
  }
}
