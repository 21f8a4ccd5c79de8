import SCRProtocol
import SCRRuntime
import Testing

@testable import SCRCommand

@Suite struct ChaosStateTests {
  private static let task = ChaosFiles().task

  private static func state(_ round: Int = 4, _ tasks: [ChaosTask] = [task]) -> ChaosState {
    var state = ChaosState()
    state.begin(ChaosPlan.Round(number: round, tasks: tasks, faults: [], recall: []))
    return state
  }

  @Test func `A task whose answer was lost is known by the event of its submission`() {
    var state = Self.state()
    for event in ChaosFiles.events { state.take(event) }
    #expect(state.files["r4t0"]?.taskID == "task_1")
    #expect(state.files["r4t0"]?.isAccepted == false)
    #expect(state.files["r4t0"]?.events == ChaosFiles.events)
  }

  @Test func `Events that come again after a restart are passed over`() {
    var state = Self.state()
    for event in ChaosFiles.events + ChaosFiles.events { state.take(event) }
    #expect(state.files["r4t0"]?.events == ChaosFiles.events)
    #expect(state.eventCount == ChaosFiles.events.count)
    #expect(state.lastSequence == 8)
  }

  @Test func `It is quiet once every submission is answered and every task has come to rest`() {
    var state = Self.state()
    state.openSubmissions = 1
    #expect(!state.isQuiet)
    state.accepted("r4t0", as: "task_1")
    state.openSubmissions = 0
    #expect(!state.isQuiet)
    for event in ChaosFiles.events.dropLast() { state.take(event) }
    #expect(!state.isQuiet)
    state.take(ChaosFiles.events[7])
    #expect(state.isQuiet)
  }

  @Test func `A task that waited and goes on is at rest no more`() {
    var state = Self.state()
    state.take(ChaosFiles.event(1, .taskSubmitted))
    state.take(ChaosFiles.event(2, .taskWaiting))
    #expect(state.isQuiet)
    state.take(ChaosFiles.event(3, .taskStarted))
    #expect(!state.isQuiet)
  }

  // MARK: Waiting

  /// A task that waits for one thing, as far as its events tell.
  private static func waiting(_ wait: ChaosWait?, kind: String, children: [ChaosTask] = []) -> ChaosState {
    var task = ChaosTask(name: "r4t0", steps: [], priority: 3)
    task.steps = children.map { ChaosStep(id: "w", kind: .child($0)) }
    if let wait { task.steps = [ChaosStep(id: "w", kind: .wait(wait))] }
    var state = state(4, [task])
    state.take(ChaosFiles.event(1, .taskSubmitted))
    state.take(
      ChaosFiles.event(
        2, .stepWaiting, step: "w",
        data: ["waitId": "wait_1", "kind": .string(kind), "childTaskId": .string("task_2")]))
    state.take(
      ChaosFiles.event(
        3, .approvalRequested, step: "w", data: ["approvalId": "wait_1", "kind": .string(kind)]))
    state.take(ChaosFiles.event(4, .taskWaiting))
    return state
  }

  @Test func `A task that waits for what nobody will do is at rest, others are not`() {
    #expect(Self.waiting(nil, kind: "unknown_outcome").isQuiet)
    #expect(!Self.waiting(.approval(ChaosAnswer(), timeoutMs: nil), kind: "approval").isQuiet)
    #expect(!Self.waiting(.event(delayMs: 0), kind: "event").isQuiet)
    #expect(!Self.waiting(.time(milliseconds: 5), kind: "time").isQuiet)
  }

  @Test func `A task whose wait has ended goes on before its next state is told`() {
    var answered = Self.waiting(nil, kind: "unknown_outcome")
    #expect(answered.isQuiet)
    answered.take(ChaosFiles.event(5, .approvalAnswered, step: "w", data: ["approvalId": "wait_1"]))
    #expect(!answered.isQuiet)
    answered.take(ChaosFiles.event(6, .taskCompleted))
    #expect(answered.isQuiet)
    var delivered = Self.waiting(.event(delayMs: 0), kind: "event")
    delivered.take(ChaosFiles.event(5, .stepCompleted, step: "w"))
    #expect(!delivered.isQuiet)
  }

  @Test func `A parent rests with its child, and a child not after its parent's end`() {
    let child = ChaosTask(name: "r4t0.c", steps: [], priority: 3, parent: "r4t0")
    var state = Self.waiting(nil, kind: "child", children: [child])
    func event(_ sequence: Int64, _ kind: EventKind, _ data: JSONValue = [:]) -> ChaosEvent {
      ChaosEvent(sequence: sequence, at: 110, kind: kind, taskID: "task_2", data: data)
    }
    state.take(event(5, .taskSubmitted, ["title": "r4t0.c"]))
    #expect(!state.isQuiet)
    state.take(event(6, .taskWaiting))
    #expect(state.isQuiet)
    state.take(ChaosFiles.event(7, .taskCancelled))
    #expect(state.restless.map(\.taskID) == ["task_2"])
    state.take(event(8, .taskCancelled))
    #expect(state.isQuiet)
  }

  @Test func `A question is given to one who answers it, until it is answered`() {
    var state = Self.waiting(.approval(ChaosAnswer(), timeoutMs: nil), kind: "approval")
    #expect(state.nextQuestion?.id == "wait_1")
    #expect(state.takeNextQuestion()?.id == "wait_1")
    #expect(state.takeNextQuestion() == nil)
    state.take(ChaosFiles.event(5, .approvalAnswered, step: "w", data: ["approvalId": "wait_1"]))
    #expect(state.questions["wait_1"]?.answered.map(\.sequence) == [5])
    #expect(Self.waiting(nil, kind: "unknown_outcome").nextQuestion == nil)
  }

  @Test func `A task of a schedule gets a file of its own, with the lines that carry its key`() {
    var state = Self.state()
    state.ticks["steady"] = TickBook(schedule: ChaosSchedule.all[0], first: 0)
    var event = ChaosFiles.event(1, .taskSubmitted)
    event.data = ["title": "steady", "schedule": "steady"]
    state.take(event)
    var line = ChaosFiles.line("a")
    (line.token, line.key) = ("steady/tick", "task_1/tick")
    state.take([line])
    let file = state.files["steady-task_1"]
    #expect(file?.lines.map(\.token) == ["steady-task_1/tick"])
    #expect(state.ticks["steady"]?.submitted == [event])
    #expect(state.isQuiet, "it comes at any time")
    #expect(state.evidence.files.isEmpty, "it is looked at in the next round")
  }

  @Test func `Lines of a tick's task that are read before its submission is told belong to it`() {
    var state = Self.state()
    state.ticks["steady"] = TickBook(schedule: ChaosSchedule.all[0], first: 0)
    var line = ChaosFiles.line("a")
    (line.token, line.key) = ("steady/tick", "task_1/tick")
    state.take([line])
    var event = ChaosFiles.event(1, .taskSubmitted)
    event.data = ["title": "steady", "schedule": "steady"]
    state.take(event)
    #expect(state.files["steady-task_1"]?.lines.map(\.token) == ["steady-task_1/tick"])
  }

  @Test func `A submission that stands for another task has none of its own`() {
    var task = Self.task
    (task.idempotencyKey, task.uniqueKey) = (nil, "u")
    var state = Self.state(4, [task])
    state.accepted("r4t0", as: "task_9", isRepeat: true)
    #expect(state.isQuiet)
    #expect(state.evidence.files.isEmpty)
    #expect(state.evidence.repeats.map(\.repeatOf) == ["task_9"])
  }

  @Test func `A second id for one task is kept as evidence, whether an answer or an event told of it`() {
    var state = Self.state()
    state.accepted("r4t0", as: "task_1")
    state.accepted("r4t0", as: "task_1")
    state.accepted("r4t0", as: "task_2")
    var third = ChaosFiles.event(1, .taskSubmitted)
    third.taskID = "task_3"
    state.take(third)
    #expect(state.files["r4t0"]?.otherIDs == ["task_2", "task_3"])
  }

  @Test func `An event that is not stored has vanished, and so has one that is stored as another`() {
    var state = Self.state()
    for event in ChaosFiles.events { state.take(event) }
    for event in ChaosFiles.events.dropFirst() { state.takeAgain(event) }
    state.takeAgain(ChaosFiles.event(4, .stepStarted, step: "b"))
    state.rereadEnded(upTo: 3)
    #expect(state.vanished.map(\.sequence) == [1])
    state.rereadEnded(upTo: 8)
    #expect(state.vanished.map(\.sequence) == [1, 4])
  }

  @Test func `The first answer that tells of an end is kept, and no answer at all is remembered`() {
    var state = Self.state()
    state.accepted("r4t0", as: "task_1")
    state.answered("r4t0", ChaosFiles.answer())
    state.answered("r4t0", ChaosFiles.answer("failed", reason: "a reason"))
    #expect(state.files["r4t0"]?.end == TaskFile.End(ChaosFiles.answer()))
    #expect(state.files["r4t0"]?.state == "failed")
    state.answered("r4t0", nil)
    #expect(state.files["r4t0"]?.isMissing == true)
  }

  @Test func `The evidence of a task that ended goes after some rounds, and an effect that comes then is late`() {
    var state = Self.state(4)
    state.accepted("r4t0", as: "task_1")
    state.answered("r4t0", ChaosFiles.answer())
    for round in 5...6 {
      state.begin(ChaosPlan.Round(number: round, tasks: [], faults: [], recall: []))
      state.forget()
    }
    #expect(state.files.isEmpty)
    state.take([ChaosFiles.line("a", .look), ChaosFiles.line("a")])
    #expect(
      state.lateLines == [
        Evidence.LateLine(taskName: "r4t0", taskID: "task_1", stepID: "a", line: ChaosFiles.line("a"))
      ])
  }

  @Test func `At the end every task of all rounds must be listed as it ended`() {
    var state = Self.state(4)
    state.accepted("r4t0", as: "task_1")
    state.answered("r4t0", ChaosFiles.answer())
    var evidence = Evidence(round: 4)
    evidence.files = state.endedFiles(["task_1": "completed"])
    #expect(evidence.complaints == [:])
    evidence.files = state.endedFiles(["task_1": "failed"])
    #expect(Array(evidence.complaints.keys) == [.lost])
    evidence.files = state.endedFiles([:])
    #expect(evidence.complaints == [.lost: ["it was accepted, and get_task does not know it"]])
  }
}
