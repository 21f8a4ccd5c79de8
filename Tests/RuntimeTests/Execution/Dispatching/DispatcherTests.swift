import SCRProtocol
import SCRTestSupport
import Synchronization
import Testing

@testable import SCRRuntime

@Suite("The dispatcher loses nothing and claims nothing twice", .timeLimit(.minutes(1)))
struct DispatcherTests {
  @Test("what an earlier life was working on is queued at once, and the life that ended is counted")
  func recovery() async throws {
    let queue = QueueFixture(maxConcurrentTasks: 16)
    let left = (0..<150).map { number in
      var task = queue.task("left-\(number)")
      (task.state, task.epoch) = (.running, 1)
      task.lease = TaskLease(owner: Incarnation("run_before"), until: queue.clock.now() + .seconds(30))
      return task
    }
    try await queue.store(left + (0..<50).map { queue.task("new-\($0)") })
    try await queue.fixture.live { runtime in
      let ids = left.map(\.id) + (0..<50).map { TaskID("new-\($0)") }
      let states = try await runtime.end(of: ids)
      #expect(Set(states) == [.completed])
      let told = try await runtime.events(since: 0, taskID: TaskID("left-7"), limit: 9).first
      #expect(told?.data["interruptions"] == 1)
      #expect(try await runtime.task(TaskID("left-7")).task.interruptions == 0, "a step of it has finished")
    }
    #expect(queue.all.count == 200)
    #expect(Set(queue.all).count == 200)
  }

  @Test("a claim that the store cannot write is tried again, and the task runs once")
  func failingStore() async throws {
    var queue = QueueFixture()
    try await queue.store([queue.task("once")])
    let failures = Mutex(1)
    queue.fixture.store = InterceptedTaskStore(queue.fixture.store) { () throws(StoreError) in
      let fails = failures.withLock { failures in
        defer { failures = 0 }
        return failures > 0
      }
      if fails { throw StoreError(.diskFull, "the disk is full") }
    }
    try await queue.fixture.live { [queue] runtime in
      // The dispatcher, before its supervisor starts it again.
      await queue.clock.waitForSleepers(1)
      #expect(queue.all == [])
      queue.clock.advance(by: .seconds(1))
      let states = try await runtime.end(of: [TaskID("once")])
      #expect(states == [.completed])
    }
    #expect(queue.all == ["once"])
  }

  @Test("a server that becomes ready lets what waited for it run, and what needs no server is not held up")
  func servers() async throws {
    let queue = QueueFixture()
    try await queue.store((0..<200).map { queue.task("waits-\($0)") })
    queue.source.status = ToolServerStatus(state: .starting)
    let told = Signal<String>()
    try await queue.fixture.live(notice: { told.fire($0) }) { runtime in
      _ = await told.values(1)
      queue.source.status = ToolServerStatus(state: .ready, toolCount: 1)
      runtime.serverChanged("fake", queue.source.status)
      let ids = (0..<200).map { TaskID("waits-\($0)") }
      let states = try await runtime.end(of: ids)
      #expect(Set(states) == [.completed])
    }
    #expect(queue.all == (0..<200).map { "waits-\($0)" })
  }

  @Test("the place of a task tells its rank, and what holds it")
  func place() async throws {
    let queue = QueueFixture(holdFrom: 1)
    try await queue.fixture.live { runtime in
      var ids: [TaskID] = []
      for priority in [TaskPriority.normal, .normal, .normal, .high] {
        ids.append(try await runtime.submit(QueueFixture.submission("t", priority: priority)).id)
        if ids.count == 1 { _ = await queue.ran(1) }
      }
      let task = try await runtime.task(ids[2]).task
      let place = try #require(try await runtime.dispatcher.place(of: task))
      #expect(place.inLane == 1 && place.isExact && place.hold == .limit(1))
      try await runtime.pauseQueue(.taskClass("default"), until: nil)
      #expect(try await runtime.dispatcher.place(of: task)?.hold == .paused(until: nil))
      #expect(try await runtime.dispatcher.place(of: try await runtime.task(ids[0]).task) == nil)
    }
  }
}
