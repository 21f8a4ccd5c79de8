import SCRProtocol
import SCRTestSupport
import Testing

@testable import SCRRuntime

@Suite("The queue is paused, resumed, drained, cleared and limited", .timeLimit(.minutes(1)))
struct QueueControlTests {
  @Test("a paused class lets nothing begin, in the next life either, and others go on")
  func pause() async throws {
    let queue = QueueFixture()
    let held = try await queue.fixture.live { runtime in
      try await runtime.pauseQueue(.taskClass("held"), until: nil)
      let held = try await runtime.submit(QueueFixture.submission("held", class: "held")).id
      let free = try await runtime.submit(QueueFixture.submission("free")).id
      #expect(try await runtime.end(of: [free]) == [.completed])
      return held
    }
    try await queue.fixture.live { runtime in
      let free = try await runtime.submit(QueueFixture.submission("free 2")).id
      #expect(try await runtime.end(of: [free]) == [.completed])
      #expect(try await runtime.task(held).task.state == .queued)
      try await runtime.resumeQueue(.taskClass("held"))
      #expect(try await runtime.end(of: [held]) == [.completed])
    }
    #expect(queue.all == ["free", "free 2", "held"])
  }

  @Test("a pause leaves what runs running")
  func pauseWhileRunning() async throws {
    let gate = Gate()
    let source = FakeToolSource([
      "run": { _ in
        try await gate.pass()
        return ToolResult(text: "done")
      }
    ])
    try await RuntimeFixture(source).live { runtime in
      let id = try await runtime.submit(QueueFixture.submission("runs")).id
      _ = await source.calls.values(1)
      try await runtime.pauseQueue(.all, until: nil)
      gate.open()
      #expect(try await runtime.end(of: [id]) == [.completed])
    }
  }

  @Test("a pause with an end is over by itself, in this life")
  func pauseUntil() async throws {
    let queue = QueueFixture()
    try await queue.fixture.live { runtime in
      try await runtime.pauseQueue(.all, until: queue.clock.now() + .seconds(60))
      let id = try await runtime.submit(QueueFixture.submission("later")).id
      // The dispatcher, until the pause is over.
      await queue.clock.waitForSleepers(1)
      #expect(queue.all == [])
      queue.clock.advance(by: .seconds(60))
      #expect(try await runtime.end(of: [id]) == [.completed])
    }
  }

  @Test("and in a life that begins after it")
  func pauseUntilRestart() async throws {
    let queue = QueueFixture()
    let id = try await queue.fixture.live { runtime in
      try await runtime.pauseQueue(.taskClass("default"), until: queue.clock.now() + .seconds(60))
      return try await runtime.submit(QueueFixture.submission("later")).id
    }
    queue.clock.advance(by: .seconds(61))
    let states = try await queue.fixture.live { try await $0.end(of: [id]) }
    #expect(states == [.completed])
  }

  private static func resumed(_ queue: QueueFixture) async throws -> [JSONValue] {
    try await queue.fixture.store.events(since: 0, taskID: nil, limit: 100).filter { $0.kind == .queueResumed }.map(
      \.data)
  }

  @Test("the end of a pause is told once, with its moment, and leaves nothing behind")
  func endIsTold() async throws {
    let queue = QueueFixture()
    let until = queue.clock.now() + .seconds(60)
    try await queue.fixture.live { runtime in
      let events = runtime.subscribe()
      try await runtime.pauseQueue(.taskClass("held"), until: until)
      await queue.clock.waitForSleepers(1)
      queue.clock.advance(by: .seconds(61))
      await events.awaitKind(.queueResumed)
    }
    try await queue.fixture.live { _ in }
    #expect(try await Self.resumed(queue) == [["class": "held", "until": .string(until.description)]])
    #expect(try await queue.fixture.store.document(.queueControl, "class/held") == nil)
  }

  @Test("a pause that ended while no runtime lived is told by the next one, once, and a drain beside it holds on")
  func endIsToldLater() async throws {
    let queue = QueueFixture()
    let until = queue.clock.now() + .seconds(60)
    try await queue.fixture.live { runtime in
      try await runtime.pauseQueue(.all, until: until)
      try await runtime.pauseQueue(.taskClass("held"), until: until)
      _ = try await runtime.drainQueue(.taskClass("held"), until: nil, limit: 1)
    }
    queue.clock.advance(by: .seconds(90))
    for _ in 1...2 {
      try await queue.fixture.live { runtime in
        let events = runtime.subscribe()
        if try await Self.resumed(queue).isEmpty { await events.awaitKind(.queueResumed) }
        let held = try await runtime.queueStatus("held").classes["held"]?.control
        #expect(held?.drain == .untilResumed)
      }
    }
    #expect(try await Self.resumed(queue) == [["until": .string(until.description)]])
  }

  @Test("of two that end a pause in one moment one tells it")
  func endIsToldByOne() async throws {
    let queue = QueueFixture()
    let (store, clock) = (queue.fixture.store, queue.clock)
    let watchers = [QueueControls(store: store, clock: clock), QueueControls(store: store, clock: clock)]
    _ = try await watchers[0].change(.all) { $0.pause = .until(clock.now() + .seconds(1)) }
    _ = try await watchers[1].current()
    clock.advance(by: .seconds(2))
    let told = try await [watchers[0].endHolds(now: clock.now()).count, watchers[1].endHolds(now: clock.now()).count]
    #expect(told == [1, 0])
  }

  @Test("a moment that has passed and a name that is none are refused")
  func refusals() async throws {
    let queue = QueueFixture()
    try await queue.fixture.live { runtime in
      for body: @Sendable () async throws -> Void in [
        { try await runtime.pauseQueue(.all, until: queue.clock.now()) },
        { _ = try await runtime.drainQueue(.all, until: queue.clock.now(), limit: 1) },
        { try await runtime.pauseQueue(.taskClass("two words"), until: nil) },
        { try await runtime.setQueueWeights(["a": 0]) },
        { try await runtime.setQueueWeights(["a": 1_000_001]) },
        { try await runtime.setQueueWeights(["\u{e9}": 2]) },
        { _ = try await runtime.submit(QueueFixture.submission("a", class: "")) },
        { _ = try await runtime.submit(QueueFixture.submission("a", key: "e\u{301}")) },
        { _ = try await runtime.submit(QueueFixture.submission("a", key: "k", weight: 0)) },
      ] {
        let error = await #expect(throws: RuntimeError.self) { try await body() }
        #expect(error?.kind == .invalidParams)
      }
      let status = try await runtime.queueStatus(nil)
      #expect(status.whole.control == QueueControl())
    }
  }

  @Test("a drain refuses submissions, gives what waits page by page, and holds until it is resumed")
  func drain() async throws {
    let queue = QueueFixture()
    try await queue.store((0..<5).map { queue.task("t\($0)", class: "held") } + [queue.task("other")])
    // Before a dispatcher lives that could begin them.
    try await queue.fixture.make().pauseQueue(.taskClass("held"), until: nil)
    try await queue.fixture.live { runtime in
      #expect(try await runtime.end(of: [TaskID("other")]) == [.completed])
      var pages: [[String]] = []
      var hasMore = true
      while hasMore {
        let page = try await runtime.drainQueue(.taskClass("held"), until: nil, limit: 2)
        pages.append(page.tasks.map(\.id.text))
        hasMore = page.hasMore
      }
      #expect(pages == [["t4", "t3"], ["t2", "t1"], ["t0"]])
      let ended = try await runtime.task(TaskID("t3")).task
      #expect(ended.state == .cancelled)
      #expect(ended.reason?.kind == TaskReason.drained)
    }
    try await queue.fixture.live { runtime in
      let error = await #expect(throws: RuntimeError.self) {
        try await runtime.submit(QueueFixture.submission("new", class: "held"))
      }
      #expect(error?.kind == .paused)
      #expect(error?.retryAfter == .seconds(60))
      try await runtime.resumeQueue(.taskClass("held"))
      let id = try await runtime.submit(QueueFixture.submission("new", class: "held")).id
      #expect(try await runtime.end(of: [id]) == [.completed])
      let kinds = try await runtime.events(since: 0, taskID: nil, limit: 500).filter {
        $0.kind.rawValue.hasPrefix("queue.")
      }
      #expect(
        kinds.map { "\($0.kind) \($0.data.jsonText)" } == [
          #"queue.paused {"class":"held"}"#, #"queue.drained {"class":"held","count":2}"#,
          #"queue.drained {"class":"held","count":2}"#, #"queue.drained {"class":"held","count":1}"#,
          #"queue.resumed {"class":"held"}"#,
        ])
    }
    #expect(queue.all == ["other", "new"])
  }

  @Test("clearing cancels what waits, of one class and state, and gives its room back")
  func clear() async throws {
    var queue = QueueFixture()
    queue.fixture.configuration.maxQueuedTasks = 3
    var scheduled = queue.task("scheduled", class: "held")
    (scheduled.state, scheduled.runAt) = (.scheduled, queue.clock.now() + .seconds(999))
    var again = queue.task("again", class: "held")
    again.epoch = 2
    try await queue.store([queue.task("one", class: "held"), again, queue.task("two", class: "kept"), scheduled])
    _ = try await queue.fixture.store.commit(
      StoreBatch(
        at: queue.clock.now(),
        changes: [.putStep(StepRecord(taskID: again.id, stepID: "s", state: .ready, attempt: 1))]))
    // Before a dispatcher lives that could begin them.
    try await queue.fixture.make().pauseQueue(.all, until: nil)
    try await queue.fixture.live { [queue] runtime in
      #expect(try await runtime.clearQueue(.taskClass("held"), states: [.queued]) == 2)
      #expect(try await runtime.task(TaskID("again")).outline == ["s cancelled 1"])
      #expect(try await runtime.task(TaskID("one")).task.reason?.kind == TaskReason.cleared)
      #expect(try await runtime.task(TaskID("scheduled")).task.state == .scheduled)
      #expect(try await runtime.clearQueue(.all, states: [.scheduled]) == 1)
      #expect(try await runtime.queueStatus(nil).whole.queued == 1)
      for number in 0..<2 { _ = try await runtime.submit(QueueFixture.submission("\(number)")) }
      let error = await #expect(throws: RuntimeError.self) { try await runtime.submit(QueueFixture.submission("3")) }
      #expect(error?.kind == .queueFull)
      try await runtime.resumeQueue(.all)
      #expect(Set(await queue.ran(3)) == ["0", "1", "two"])
    }
  }

  @Test("a class runs no more at once than its limit, which changes while tasks wait")
  func concurrency() async throws {
    let queue = QueueFixture(maxConcurrentTasks: 8, holdFrom: 1)
    try await queue.fixture.live { runtime in
      _ = try await runtime.setQueueLimits("held", QueueLimits(maxConcurrent: 1))
      for number in 0..<4 { _ = try await runtime.submit(QueueFixture.submission("h\(number)", class: "held")) }
      _ = try await runtime.submit(QueueFixture.submission("free"))
      #expect(Set(await queue.ran(2)) == ["h0", "free"])
      #expect(try await runtime.queueStatus("held").classes["held"]?.running == 1)
      _ = try await runtime.setQueueLimits("held", QueueLimits(maxConcurrent: 3))
      #expect(Set(await queue.ran(4).dropFirst(2)) == ["h1", "h2"])
      #expect(try await runtime.setQueueLimits("held", QueueLimits(maxConcurrent: 0)) == QueueLimits())
      #expect(await queue.ran(5).last == "h3")
    }
  }

  @Test("a rate limit lets so many begin, the next when time has passed, and a restart does not refill it")
  func rate() async throws {
    var queue = QueueFixture(maxConcurrentTasks: 8)
    queue.fixture.configuration.queueClasses = ["slow": QueueLimits(ratePerMinute: 1, burst: 2)]
    let ids = try await queue.fixture.live { [queue] runtime in
      var ids: [TaskID] = []
      for number in 0..<4 {
        ids.append(try await runtime.submit(QueueFixture.submission("\(number)", class: "slow")).id)
        // One by one: of two that are claimed at once each would set something aside for the claims after it.
        if number < 2 { #expect(try await runtime.end(of: [ids[number]]) == [.completed]) }
      }
      await queue.clock.waitForSleepers(1, notBefore: .seconds(60))
      #expect(queue.all == ["0", "1"])
      return ids
    }
    try await queue.fixture.live { [queue] runtime in
      let other = try await runtime.submit(QueueFixture.submission("other")).id
      #expect(try await runtime.end(of: [other]) == [.completed])
      // What was set aside for further claims is lost with the life that set it aside.
      await queue.clock.waitForSleepers(1, notBefore: .seconds(120))
      #expect(queue.all == ["0", "1", "other"])
      queue.clock.advance(by: .seconds(120))
      #expect(try await runtime.end(of: [ids[2]]) == [.completed])
      await queue.clock.waitForSleepers(1, notBefore: .seconds(60))
      queue.clock.advance(by: .seconds(60))
      #expect(try await runtime.end(of: [ids[3]]) == [.completed])
    }
  }

  @Test("limits and weights that go beyond what is kept are refused in words")
  func bounds() async throws {
    let queue = QueueFixture()
    let controls = QueueControls(store: queue.fixture.store, clock: queue.clock, weightLimit: 2)
    try await controls.setWeights(["a": 2, "b": 2])
    let weight = await #expect(throws: RuntimeError.self) { try await controls.setWeights(["c": 2]) }
    #expect(weight?.kind == .invalidParams)
    try await controls.setWeights(["a": 1, "c": 2])
    let next = QueueControls(store: queue.fixture.store, clock: queue.clock)
    #expect(try await next.current().weights == ["b": 2, "c": 2])
    for number in 0..<QueueControls.classLimit {
      _ = try await controls.change(.taskClass("c\(number)")) { $0.pause = .untilResumed }
    }
    let pause = await #expect(throws: RuntimeError.self) {
      try await controls.change(.taskClass("more")) { $0.pause = .untilResumed }
    }
    #expect(pause?.kind == .invalidParams)
    _ = try await controls.change(.taskClass("c0")) { $0.pause = nil }
    _ = try await controls.change(.taskClass("more")) { $0.pause = .untilResumed }
    let stored = try await QueueControls(store: queue.fixture.store, clock: queue.clock).current()
    let names = (1..<QueueControls.classLimit).map { "c\($0)" } + ["more"]
    #expect(Set(stored.classes.keys).symmetricDifference(names) == [])
  }

  @Test("a change that was written although it failed does not stand in the way of the next")
  func written() async throws {
    let queue = QueueFixture()
    let failed = Counter()
    let store = InterceptedTaskStore(
      queue.fixture.store, before: { _ throws(StoreError) in },
      after: { batch throws(StoreError) in
        guard batch.changes.contains(where: { if case .removeDocument = $0 { true } else { false } }) else { return }
        if failed.next() == 1 { throw StoreError(.failed, "the disk is full") }
      })
    let controls = QueueControls(store: store, clock: queue.clock)
    _ = try await controls.change(.all) { $0.pause = .untilResumed }
    await #expect(throws: RuntimeError.self) { try await controls.change(.all) { $0.pause = nil } }
    _ = try await controls.change(.all) { $0.pause = nil }
    #expect(try await controls.current().all == QueueControl())
  }

  @Test("two that change the same control at once both count")
  func races() async throws {
    let queue = QueueFixture()
    let controls = QueueControls(store: queue.fixture.store, clock: queue.clock)
    let other = QueueControls(store: queue.fixture.store, clock: queue.clock)
    _ = try await other.current()
    _ = try await controls.change(.all) { $0.pause = .untilResumed }
    _ = try await other.change(.all) { $0.limits.maxQueued = 5 }
    let stored = try await QueueControls(store: queue.fixture.store, clock: queue.clock).current().all
    #expect(stored == QueueControl(pause: .untilResumed, limits: QueueLimits(maxQueued: 5)))
  }
}
