import SCRRuntime
import SCRTestSupport
import Testing

@testable import SCRStore

@Suite("A clock that jumps back", .timeLimit(.minutes(1)))
struct ClockTests {
  @Test("changes no order: numbers count commits, not moments, also over a restart")
  func order() async throws {
    try await withTemporaryDirectory { path in
      let directory = try StateDirectory.open(path)
      for (round, at) in [(0, 9_000_000), (1, 5), (2, -9_000_000)] as [(Int, Int64)] {
        let store = try await SQLiteTaskStore.open(in: directory)
        let task = TaskStoreConformance.task("t\(round)", created: at)
        let events = try await store.commit(
          StoreBatch(
            at: TaskStoreConformance.moment(at), changes: [.insertTask(task)],
            events: [EventDraft(.taskSubmitted, taskID: task.id)]))
        #expect(events.map(\.sequence) == [Int64(round + 1)])
        #expect(try await store.tasks(TaskQuery(limit: 1)).tasks == [task])
        await store.close()
      }
      let store = try await SQLiteTaskStore.openReadOnly(path)
      let events = try await store.events(since: 1, taskID: nil, limit: 10)
      #expect(events.map(\.sequence) == [2, 3])
      #expect(events.map(\.at) == [TaskStoreConformance.moment(5), TaskStoreConformance.moment(-9_000_000)])
      #expect(try await store.tasks(TaskQuery()).tasks.map(\.id.text) == ["t2", "t1", "t0"])
      await store.close()
      directory.release()
      #expect(try await StoreCheck.run(path).isGood)
    }
  }

  @Test("gives nobody a lease that another has: claims are counted, not timed")
  func leases() async throws {
    try await withTaskStore { store, _ in
      let task = TaskStoreConformance.task("a")
      _ = try await store.commit(TaskStoreConformance.insert(task))
      _ = try await store.commit(TaskStoreConformance.claim(task, for: Incarnation("run_1")))
      var late = try #require(try await store.task(task.id))
      late.state = .completed
      let earlier = StoreBatch(
        at: TaskStoreConformance.moment(-9_000_000), preconditions: [.taskEpoch(task.id, 0)],
        changes: [.updateTask(late)])
      #expect((await storeError { _ = try await store.commit(earlier) })?.code == .preconditionFailed)
      #expect(try await store.task(task.id)?.state == .running)
    }
  }
}
