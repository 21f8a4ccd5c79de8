import SCRProtocol
import SCRRuntime
import SCRTestSupport
import Testing

@Suite("Schedules submit tasks", .timeLimit(.minutes(1)))
struct ScheduleWatchTests {
  private static let plan: JSONValue = ["title": "P", "inputs": ["a": 0], "steps": [["id": "s", "tool": "fake.echo"]]]
  private let fixture = RuntimeFixture(
    FakeToolSource(effects: ["echo": .idempotent], ["echo": { _ in ToolResult(text: "ok") }]))
  /// 2023-11-14T22:13:20Z.
  private var start: Timestamp { Timestamp(milliseconds: 1_700_000_000_000) }

  private func schedule(
    _ name: String = "nightly", every seconds: Int = 60, missed: MissedRuns = .once,
    overlap: TaskSchedule.Overlap = .allow
  ) -> TaskSchedule {
    var schedule = TaskSchedule(
      name: name, timing: .every(.seconds(seconds), anchor: start), template: ScheduleTemplate(plan: Self.plan),
      workspaceRoot: "/work space", created: start)
    schedule.missed = missed
    schedule.overlap = overlap
    return schedule
  }

  /// The ticks that became tasks, in seconds after the start, in the order of their submission.
  private func ticks(_ name: String = "nightly") async throws -> [Int64] {
    let tasks = try await fixture.store.tasks(TaskQuery(limit: 500)).tasks.reversed()
    return tasks.compactMap { task in
      guard task.schedule == name, let tick = task.idempotencyKey?.split(separator: "/").last else { return nil }
      return Timestamp(String(tick)).map { $0.since(start).milliseconds / 1000 }
    }
  }

  /// Waits until a schedule has dealt with everything up to now.
  private func settled(_ runtime: CognitiveRuntime, _ name: String = "nightly") async throws -> TaskSchedule {
    let events = runtime.subscribe()
    defer { events.end() }
    while true {
      let schedule = try #require(try await runtime.schedules().schedules.first { $0.name == name })
      if schedule.problem != nil { return schedule }
      if let next = schedule.nextAt, next > fixture.clock.now() { return schedule }
      _ = await events.next()
    }
  }

  @Test("one task at each tick, with what the template says")
  func ticking() async throws {
    var schedule = schedule()
    schedule.template.inputs = ["a": 1]
    schedule.template.title = "Mine"
    schedule.template.priority = .high
    schedule.template.taskClass = "batch"
    schedule.template.fairnessKey = "tenant"
    schedule.template.retry = ["attempts": 2]
    schedule.template.deadline = .seconds(30)
    try await fixture.live { [schedule] runtime in
      let put = try await runtime.putSchedule(schedule)
      #expect(put.nextAt == start + .seconds(60))
      for _ in 0..<3 {
        await fixture.clock.waitForSleepers()
        fixture.clock.advance(by: .seconds(60))
        _ = try await settled(runtime)
      }
      let found = try #require(try await runtime.schedules().schedules.first)
      #expect(found.runs == 3)
      #expect(found.lastAt == start + .seconds(180))
      let task = try await runtime.task(#require(found.lastTaskID)).task
      #expect(task.inputs == ["a": 1])
      #expect([task.title, task.taskClass, task.fairnessKey, task.schedule] == ["Mine", "batch", "tenant", "nightly"])
      #expect(task.priority == .high)
      #expect(task.retry == ["attempts": 2])
      #expect(task.deadline == start + .seconds(210))
    }
    #expect(try await ticks() == [60, 120, 180])
  }

  @Test(
    "what was missed while nobody was there follows the rule",
    arguments: [
      (MissedRuns.once, [300], 4), (.skip, [300], 4), (.all(limit: 3), [180, 240, 300], 2),
      (.all(limit: 100), [60, 120, 180, 240, 300], 0),
    ] as [(MissedRuns, [Int64], Int)])
  func missed(rule: MissedRuns, runs: [Int64], skipped: Int) async throws {
    _ = try await fixture.make().putSchedule(schedule(missed: rule))
    fixture.clock.advance(by: .seconds(310))
    let found = try await fixture.live { try await settled($0) }
    #expect(try await ticks() == runs)
    #expect(found.skipped == skipped)
    #expect(found.nextAt == start + .seconds(360))
  }

  @Test("a tick is left out while an earlier task has not ended, if it shall not overlap")
  func overlap() async throws {
    let runtime = try await fixture.make()
    _ = try await runtime.putSchedule(schedule(missed: .all(limit: 9), overlap: .skip))
    fixture.clock.advance(by: .seconds(130))
    var idle = fixture
    idle.configuration.maxConcurrentTasks = 0
    try await idle.live { runtime in
      let first = try await settled(runtime)
      #expect(first.skipped == 1)
      await fixture.clock.waitForSleepers()
      fixture.clock.advance(by: .seconds(60))
      let second = try await settled(runtime)
      #expect(second.skipped == 2)
      #expect(try await ticks() == [60])
      _ = try await runtime.cancel(try #require(second.lastTaskID))
      await fixture.clock.waitForSleepers()
      fixture.clock.advance(by: .seconds(60))
      _ = try await settled(runtime)
    }
    #expect(try await ticks() == [60, 240])
    let told = try await fixture.store.events(since: 0, taskID: nil, limit: 99).filter { $0.kind == .scheduleSkipped }
    #expect(told.map { $0.data["reason"] } == ["overlap", "overlap"])
  }

  @Test(
    "a crash before a commit, or after it before anybody knew, loses no tick, and none is run twice",
    arguments: [(1, false), (1, true), (2, false), (2, true)])
  func crash(commit: Int, isWritten: Bool) async throws {
    let runtime = try await fixture.make()
    for name in ["nightly", "other"] { _ = try await runtime.putSchedule(schedule(name, missed: .all(limit: 100))) }
    fixture.clock.advance(by: .seconds(190))
    let commits = Counter()
    let died = Signal<Void>()
    var dying = fixture
    dying.configuration.maxConcurrentTasks = 0
    let base = fixture.store
    dying.store = InterceptedTaskStore(
      base,
      beforeBatch: { (batch) throws(StoreError) in
        let number = commits.next()
        guard number >= commit else { return }
        if number == commit, isWritten { _ = try await base.commit(batch) }
        died.fire()
        throw StoreError(.closed, "crashed")
      })
    try await dying.live { _ in _ = await died.values(1) }
    try await fixture.live { runtime in
      _ = try await settled(runtime)
      let found = try await settled(runtime, "other")
      #expect(found.runs == 3)
      for task in try await runtime.tasks(TaskQuery()).tasks {
        #expect(try await runtime.wait(for: task.id, timeout: nil)?.task.state == .completed)
      }
    }
    #expect(try await ticks() == [60, 120, 180])
    #expect(try await ticks("other") == [60, 120, 180])
  }

  @Test("of two runtimes over one store one submits each tick")
  func twoRuntimes() async throws {
    _ = try await fixture.make().putSchedule(schedule(missed: .all(limit: 100)))
    fixture.clock.advance(by: .seconds(190))
    var idle = fixture
    idle.configuration.maxConcurrentTasks = 0
    let other = idle
    try await idle.live { _ async throws in
      // Each sleeps until the next tick once it has looked.
      try await other.live { _ async throws in await other.clock.waitForSleepers(2) }
    }
    #expect(try await ticks() == [60, 120, 180])
  }

  @Test("a clock that is set back runs no tick twice")
  func clockBack() async throws {
    try await fixture.live { runtime in
      _ = try await runtime.putSchedule(schedule())
      await fixture.clock.waitForSleepers()
      fixture.clock.advance(by: .seconds(60))
      _ = try await settled(runtime)
      fixture.clock.set(by: .seconds(-100))
      for _ in 0..<3 {
        await fixture.clock.waitForSleepers()
        fixture.clock.advance(by: .seconds(60))
      }
      _ = try await settled(runtime)
    }
    #expect(try await ticks() == [60, 120])
  }

  @Test("paused it rests; resumed it goes on with the next tick; removed it is gone")
  func pausing() async throws {
    let runtime = try await fixture.make()
    _ = try await runtime.putSchedule(schedule())
    #expect(try await runtime.pauseSchedule("nightly", true).nextAt == nil)
    fixture.clock.advance(by: .seconds(190))
    #expect(try await fixture.store.nearestDue(.schedule) == nil)
    let resumed = try await runtime.pauseSchedule("nightly", false)
    #expect(resumed.nextAt == start + .seconds(240))
    #expect(try await runtime.pauseSchedule("nightly", false) == resumed)
    try await runtime.removeSchedule("nightly")
    #expect(try await runtime.schedules().schedules == [])
    for change in [
      { try await runtime.removeSchedule("nightly") }, { _ = try await runtime.pauseSchedule("nightly", true) },
    ] as [() async throws -> Void] {
      let error = await #expect(throws: RuntimeError.self) { try await change() }
      #expect(error?.kind == .notFound)
    }
  }

  @Test("put again with the same times it goes on from where it was, with others it begins anew")
  func putAgain() async throws {
    let runtime = try await fixture.make()
    _ = try await runtime.putSchedule(schedule())
    fixture.clock.advance(by: .seconds(90))
    var changed = schedule()
    changed.template.title = "Other"
    changed.timing = .every(.seconds(60), anchor: fixture.clock.now())
    #expect(try await runtime.putSchedule(changed).nextAt == start + .seconds(60))
    changed.timing = .every(.seconds(50), anchor: fixture.clock.now())
    #expect(try await runtime.putSchedule(changed).nextAt == start + .seconds(140))
  }

  @Test("a schedule whose zone is gone stops with its problem and is told; others go on")
  func problem() async throws {
    var fixture = fixture
    fixture.configuration.zones = { _ in FixedZone(seconds: 3600) }
    var broken = schedule("broken")
    broken.zone = "Mars/Olympus"
    let runtime = try await fixture.make()
    _ = try await runtime.putSchedule(broken)
    _ = try await runtime.putSchedule(schedule())
    fixture.clock.advance(by: .seconds(61))
    let found = try await self.fixture.live { runtime in
      _ = try await settled(runtime)
      return try await settled(runtime, "broken")
    }
    #expect(found.problem?.contains("Mars/Olympus") == true)
    #expect(found.nextAt == nil)
    #expect(try await ticks() == [60])
    let told = try await fixture.store.events(since: 0, taskID: nil, limit: 99).first { $0.kind == .scheduleFailed }
    #expect(told?.data["schedule"] == "broken")
  }

  @Test("a full queue holds a tick back until there is room")
  func fullQueue() async throws {
    var fixture = fixture
    fixture.configuration.maxQueuedTasks = 1
    fixture.configuration.maxConcurrentTasks = 0
    let told = Signal<String>()
    try await fixture.live(notice: { told.fire($0) }) { runtime in
      let holder = try await runtime.submit(TaskSubmission(plan: Self.plan)).id
      _ = try await runtime.putSchedule(schedule())
      await self.fixture.clock.waitForSleepers()
      self.fixture.clock.advance(by: .seconds(60))
      #expect(
        await told.values(1) == [
          "the schedule nightly waits with what is due: the queue holds 1 tasks, which is its limit"
        ])
      #expect(try await ticks() == [])
      _ = try await runtime.cancel(holder)
      await self.fixture.clock.waitForSleepers()
      self.fixture.clock.advance(by: Bell.longestWait)
      _ = try await settled(runtime)
    }
    #expect(try await ticks() == [120])
  }

  @Test(
    "a schedule that cannot be is refused by name",
    arguments: ["name", "cron", "never", "zone", "everyMs", "task.plan.steps[0].tool", "task.key"])
  func refused(path: String) async throws {
    let runtime = try await fixture.make()
    var schedule = schedule()
    switch path {
    case "name": schedule.name = "a b"
    case "cron": schedule.timing = .cron("every day")
    case "never": schedule.timing = .cron("0 0 30 2 *")
    case "zone": schedule.zone = "Mars/Olympus"
    case "everyMs": schedule.timing = .every(.milliseconds(10), anchor: start)
    case "task.key": schedule.template.fairnessKey = "a\nb"
    default: schedule.template.plan = ["title": "P", "steps": [["id": "s", "tool": "fake.ecko"]]]
    }
    let error = await #expect(throws: RuntimeError.self) { try await runtime.putSchedule(schedule) }
    #expect(error?.path == (path == "never" ? "cron" : path))
    #expect(try await runtime.schedules().schedules == [])
  }

  @Test("there is a bound to their number")
  func bound() async throws {
    let runtime = try await fixture.make()
    for number in 0..<CognitiveRuntime.mostSchedules { _ = try await runtime.putSchedule(schedule("s\(number)")) }
    let error = await #expect(throws: RuntimeError.self) { try await runtime.putSchedule(schedule("more")) }
    #expect(error?.kind == .tooLarge)
    _ = try await runtime.putSchedule(schedule("s0"))
    #expect(try await runtime.schedules().schedules.count == CognitiveRuntime.mostSchedules)
  }

  @Test("one that cannot be read is told by its name and can be removed")
  func damaged() async throws {
    let document = StoreDocument(.schedule, id: "odd", dueAt: start, body: ["zone": 1], now: start)
    _ = try await fixture.store.commit(StoreBatch(at: start, changes: [.putDocument(document)]))
    let runtime = try await fixture.make()
    #expect(try await runtime.schedules().damaged == ["odd"])
    try await runtime.removeSchedule("odd")
    #expect(try await runtime.schedules().damaged == [])
  }
}
