import SCRProtocol
import SCRTestSupport
import Testing

@testable import SCRRuntime

struct QueueRoomTests {
  private let clock = ManualClock()

  private func room(
    _ limit: Int = .max, bytes: Int = .max, queued: Int = 0, classes: [String: QueueLimits] = [:]
  ) -> QueueRoom {
    let totals = QueueTotal(
      taskClass: "default", priority: .normal, count: queued, bytes: queued * 10, oldest: clock.now())
    return QueueRoom(
      QueueIntake(
        queued == 0 ? [] : [totals], limits: QueueLimits(maxQueued: limit, maxBytes: bytes), classes: classes,
        now: clock.now()), clock: clock)
  }

  private func task(_ taskClass: String = "default", size: Int = 10) -> AgentTask {
    var task = AgentTask(title: "T", taskClass: taskClass, createdAt: clock.now())
    task.size = size
    return task
  }

  /// The kinds of what each attempt threw; nil where there was room.
  private func takes(_ room: QueueRoom, _ tasks: AgentTask...) -> [String?] {
    tasks.map { task in
      do throws(RuntimeError) { try room.take(task) } catch { return error.kind.name }
      return nil
    }
  }

  @Test func `there is room up to the limit, and again where something left`() {
    let room = room(2, queued: 1)
    #expect(takes(room, task(), task()) == [nil, "queue_full"])
    room.giveBack(task())
    #expect(takes(room, task(), task()) == [nil, "queue_full"])
  }

  @Test func `a task that comes back counts even over the limit`() {
    let room = room(2, queued: 2)
    room.takeBack(task())
    room.giveBack(task())
    #expect(takes(room, task()) == ["queue_full"])
    room.giveBack(task())
    #expect(takes(room, task()) == [nil])
  }

  @Test func `nothing is given back that was not taken`() {
    let room = room(1)
    room.giveBack(task())
    #expect(takes(room, task(), task()) == [nil, "queue_full"])
  }

  @Test func `bytes are bounded as well, and a task larger than the bound never fits`() throws {
    let room = room(bytes: 100)
    #expect(takes(room, task(size: 60), task(size: 60), task(size: 40)) == [nil, "queue_full", nil])
    let error = try #require(throws: RuntimeError.self) { try room.take(task(size: 101)) }
    #expect(error.kind == .queueFull && !error.isRetryable && error.retryAfter == nil)
    #expect(error.message == "the task has 101 bytes and the queue may hold 100")
  }

  @Test func `who is refused is told when to come back, by what left in the last minute`() throws {
    let room = room(10, queued: 10)
    for _ in 0..<10 {
      room.giveBack(task())
      room.takeBack(task())
    }
    clock.advance(by: .seconds(5))
    let error = try #require(throws: RuntimeError.self) { try room.take(task()) }
    #expect(error.isRetryable)
    #expect(error.retryAfter == .milliseconds(500))
  }

  @Test func `a class has bounds of its own, and refusals of it take nothing from the whole`() {
    let room = room(3, classes: ["small": QueueLimits(maxQueued: 1)])
    #expect(takes(room, task("small"), task("small"), task(), task()) == [nil, "queue_full", nil, nil])
    let (whole, classes) = room.counts()
    #expect([whole.queued, whole.accepted, whole.refused] == [3, 3, 1])
    #expect([classes["small"]?.queued, classes["small"]?.refused, classes["default"]?.queued] == [1, 1, 2])
  }

  @Test func `a submission that is undone was never accepted`() {
    let room = room(1)
    #expect(takes(room, task()) == [nil])
    room.undo(task())
    #expect(room.counts().whole == QueueIntake.Counts())
    #expect(takes(room, task()) == [nil])
  }

  @Test func `what is drained takes nothing in until its time`() throws {
    let room = room()
    var controls = QueueControls.Snapshot()
    controls.classes["held"] = QueueControl(drain: .until(clock.now() + .seconds(3)))
    room.control(controls)
    let error = try #require(throws: RuntimeError.self) { try room.take(task("held")) }
    #expect(error.kind == .paused && error.isRetryable && error.retryAfter == .seconds(3))
    #expect(takes(room, task()) == [nil])
    clock.advance(by: .seconds(3))
    #expect(takes(room, task("held")) == [nil])
    controls.all.drain = .untilResumed
    room.control(controls)
    #expect(takes(room, task(), task("held")) == ["paused", "paused"])
    room.control(QueueControls.Snapshot())
    #expect(takes(room, task()) == [nil])
  }

  @Test func `numbers of classes are bounded, those that hold tasks stay exact`() {
    let room = room()
    for number in 0..<QueueIntake.classLimit + 50 {
      let task = task("class-\(number)")
      #expect(takes(room, task) == [nil])
      if number >= 20 { room.giveBack(task) }
    }
    let (whole, classes) = room.counts()
    #expect(whole.queued == 20)
    #expect(classes.count <= QueueIntake.classLimit)
    #expect(classes.values.reduce(0) { $0 + $1.queued } == 20)
  }
}
