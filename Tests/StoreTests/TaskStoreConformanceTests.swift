import SCRProtocol
import SCRRuntime
import SCRStore
import SCRTestSupport
import Testing

@Suite("Task stores keep the rules of the seam", .timeLimit(.minutes(1)))
struct TaskStoreConformanceTests {
  @Test("in memory", arguments: TaskStoreConformance.checks)
  func memory(check: TaskStoreConformance.Check) async throws {
    let store = InMemoryTaskStore()
    #expect(store.durability == .ephemeral)
    try await check.run(store)
    await store.close()
  }

  @Test("in SQLite", arguments: TaskStoreConformance.checks)
  func sqlite(check: TaskStoreConformance.Check) async throws {
    try await withTaskStore { store, directory in
      #expect(store.durability == .durable(path: directory.path + "/scr.sqlite"))
      try await check.run(store)
    }
  }

  @Test("a store in memory keeps the newest events, and their numbers go on")
  func forgottenEvents() async throws {
    let store = InMemoryTaskStore(maximumEvents: 10)
    for number in 1...25 {
      let draft = EventDraft(.serverState, data: ["n": JSONValue(number)])
      let events = try await store.commit(StoreBatch(at: TaskStoreConformance.start, events: [draft]))
      #expect(events.map(\.sequence) == [Int64(number)])
      let kept = try await store.events(since: 0, taskID: nil, limit: 100)
      #expect(kept.map(\.sequence) == Array(Int64(max(1, number - kept.count + 1))...Int64(number)))
      #expect((min(number, 10)...11).contains(kept.count))
    }
    #expect(try await store.lastSequence() == 25)
    #expect(try await store.events(since: 23, taskID: nil, limit: 100).map(\.data) == [["n": 24], ["n": 25]])
    #expect(try await store.events(since: .min, taskID: nil, limit: 1).map(\.sequence) == [15])
  }

  @Test("a store in memory refuses tasks beyond its limit and goes on with those it has")
  func limit() async throws {
    let store = InMemoryTaskStore(maximumTasks: 2)
    let tasks = ["a", "b", "c"].map { TaskStoreConformance.task($0) }
    _ = try await store.commit(TaskStoreConformance.insert(tasks[0], tasks[1]))
    let error = await storeError { _ = try await store.commit(TaskStoreConformance.insert(tasks[2])) }
    #expect(error?.code == .diskFull)
    #expect(try await store.counts() == [.queued: 2])
    _ = try await store.commit(TaskStoreConformance.claim(tasks[0], for: Incarnation("run_1")))
    #expect(try await store.counts() == [.queued: 1, .running: 1])
  }
}
