import SCRProtocol
import SCRRuntime
import Testing

@testable import SCRCommand

/// What tasks ask, wait for, and are held by: each checker catches what a broken runtime would do, and nothing else.
@Suite struct DealingsTests {
  /// A task of one wait and one call, as far as the wait.
  private static func evidence(
    _ wait: ChaosWait, _ value: JSONValue? = nil, state: String = "completed",
    _ edit: (inout TaskFile) -> Void = { _ in }
  ) -> Evidence {
    let task = ChaosTask(name: "r4t0", steps: [ChaosStep(id: "w", kind: .wait(wait))], priority: 3)
    var file = TaskFile(task: task, taskID: "task_1", round: ChaosFiles.round)
    file.take(ChaosFiles.event(1, .taskSubmitted))
    var step: JSONObject = ["id": "w", "state": .string(value == nil ? "waiting" : "completed")]
    if let value { step["value"] = ["structuredContent": value] } else { step["wait"] = ["kind": "event"] }
    file.answer = ["taskId": "task_1", "state": .string(state), "reason": ["message": "x"], "steps": [.object(step)]]
    edit(&file)
    var evidence = Evidence(round: ChaosFiles.round)
    evidence.files = [file]
    return evidence
  }

  // MARK: answers

  private static let asking = ChaosWait.approval(ChaosAnswer(isDoubled: true), timeoutMs: nil)

  private static func question(_ number: Int64 = 2) -> ChaosQuestion {
    var question = ChaosQuestion(id: "wait_\(number)", taskName: "r4t0", stepID: "w", kind: "approval")
    question.asked = [ChaosFiles.event(number, .approvalRequested, step: "w")]
    question.answered = [
      ChaosFiles.event(
        number + 1, .approvalAnswered, step: "w", data: ["answer": ["by": "left", "decision": "approve"]])
    ]
    question.replies = [
      .init(side: "left", decision: "approve", outcome: .won(by: "left")),
      .init(side: "right", decision: "reject", outcome: .refused("left answered it at 0: approve")),
    ]
    return question
  }

  private static func answers(_ questions: [ChaosQuestion], by: String = "left") -> [String]? {
    var evidence = evidence(asking, ["by": .string(by), "decision": "approve"])
    evidence.questions = questions
    return evidence.complaints[.answers]
  }

  @Test func `answers: the first one counts and stands, and the other side is told so`() {
    #expect(Self.answers([Self.question()]) == nil)
  }

  @Test func `answers: two sides that are both told that they were first`() {
    var question = Self.question()
    question.replies[1].outcome = .won(by: "right")
    #expect(
      Self.answers([question]) == ["right was told that its answer counts, and it is not the one that stands"])
    question.replies[1] = question.replies[0]
    #expect(Self.answers([question]) == ["left and left were told that their answers count"])
  }

  @Test func `answers: whoever came later is not told who was first`() {
    var question = Self.question()
    question.replies[1].outcome = .refused("no")
    #expect(Self.answers([question]) == ["right came later, and was not told that left was first"])
  }

  @Test func `answers: what was answered and is asked again, or answered twice`() {
    #expect(Self.answers([Self.question(), Self.question(8)]) == ["it asked again after it had been answered"])
    var question = Self.question()
    question.answered += question.answered
    #expect(Self.answers([question]) == ["it was answered twice"])
    question = Self.question()
    question.asked += question.asked
    #expect(Self.answers([question]) == ["it was asked twice under one id"])
  }

  @Test func `answers: a step that completes with another answer`() {
    #expect(
      Self.answers([Self.question()], by: "right") == [
        #"its step completed with another answer than the first: {"by":"right","decision":"approve"}"#
      ])
  }

  // MARK: letters

  private static func letters(
    _ value: JSONValue?, _ letters: [ChaosLetter], state: String = "completed"
  ) -> [String]? {
    var evidence = evidence(.event(delayMs: 0), value, state: state)
    evidence.letters = ["r4t0": letters]
    return evidence.complaints[.letters]
  }

  private static let kept = ChaosLetter(text: "a", receipt: .init(delivered: [], isKept: true))

  @Test func `letters: what was sent comes once`() {
    #expect(Self.letters("a", [Self.kept]) == nil)
    #expect(Self.letters("b", [Self.kept, ChaosLetter(text: "b")]) == nil)
  }

  @Test func `letters: an event that nobody sent, that is lost, or that came to several steps`() {
    #expect(Self.letters("b", [Self.kept]) == [#"a step got the event "b", which nobody sent"#])
    #expect(
      Self.letters(nil, [Self.kept], state: "waiting") == [
        "1 events were taken in for it, and w still waits for one"
      ])
    let twice = ChaosLetter(text: "a", receipt: .init(delivered: ["wait_1", "wait_2"], isKept: false))
    #expect(Self.letters("a", [twice]) == [#"the event "a" was delivered to 2 steps"#])
  }

  @Test func `letters: one event for two steps`() {
    var evidence = Self.evidence(.event(delayMs: 0), "a") { file in
      file.task.steps.append(ChaosStep(id: "v", kind: .wait(.event(delayMs: 0))))
      let steps = file.answer?["steps"]?.arrayValue ?? []
      let second: JSONValue = ["id": "v", "state": "completed", "value": ["structuredContent": "a"]]
      file.answer = ["state": "completed", "steps": .array(steps + [second])]
    }
    evidence.letters = ["r4t0": [Self.kept]]
    #expect(evidence.complaints[.letters] == ["one event came to two steps"])
  }

  // MARK: early

  @Test func `early: a task that begins before its moment, and one whose tool was called before`() {
    let begins = Self.evidence(.time(milliseconds: 1)) { file in
      file.runAt = 200
      file.take(ChaosFiles.event(2, .taskStarted, at: 199))
    }
    #expect(begins.complaints[.early] == ["it began before 1970-01-01T00:00:00.200Z"])
    let onTime = Self.evidence(.time(milliseconds: 1)) { file in
      file.runAt = 200
      file.take(ChaosFiles.event(2, .taskStarted, at: 200))
    }
    #expect(onTime.complaints[.early] == nil)
  }

  @Test(arguments: [(Int64(150), nil), (149, "its time was said to be over before it was")] as [(Int64, String?)])
  func `early: a step that waits for a time`(_ end: Int64, _ complaint: String?) {
    let evidence = Self.evidence(.time(milliseconds: 40), ["at": "x"]) { file in
      file.take(
        ChaosFiles.event(2, .stepWaiting, step: "w", data: ["waitId": "x", "dueAt": "1970-01-01T00:00:00.150Z"]))
      file.take(ChaosFiles.event(3, .stepCompleted, step: "w", at: end))
    }
    #expect(evidence.complaints[.early]?.first == complaint)
  }

  // MARK: ticks

  private static func ticks(_ report: TickBook.Report, events: Int = 2) -> [Invariant: [String]] {
    var book = TickBook(schedule: ChaosSchedule(name: "x", intervalMs: 1000), first: 1000)
    book.submitted = (0..<events).map { number in
      var event = ChaosFiles.event(Int64(number) + 1, .taskSubmitted, at: 1000 * (Int64(number) + 1))
      event.taskID = "task_\(number + 1)"
      return event
    }
    book.reported(report)
    var evidence = Evidence(round: 4)
    evidence.ticks = [book]
    return evidence.complaints
  }

  @Test func `ticks: as many tasks as there were ticks, and none before its tick`() {
    #expect(Self.ticks(.init(runs: 2, skipped: 0, lastAt: 2000, lastTaskID: "task_2")) == [:])
    #expect(
      Self.ticks(.init(runs: 2, skipped: 0, lastAt: 3000, lastTaskID: "task_2"))[.ticks] == [
        "the schedule x had 3 ticks, 2 of which gave a task, and says that it left out 0"
      ])
    #expect(
      Self.ticks(.init(runs: 1, skipped: 0, lastAt: 2000, lastTaskID: "task_2"))[.ticks] == [
        "the schedule x counts 1 tasks, and events told of 2"
      ])
    #expect(
      Self.ticks(.init(runs: 2, skipped: 0, lastAt: 2000, lastTaskID: "task_9"))[.ticks] == [
        "the schedule x names task_9 as its last task, of which no event told"
      ])
  }

  // MARK: children

  private static func family(_ edit: (inout TaskFile, inout TaskFile) -> Void = { _, _ in }) -> [String]? {
    let child = ChaosTask(name: "r4t0.c", steps: [], priority: 3, parent: "r4t0")
    let task = ChaosTask(name: "r4t0", steps: [ChaosStep(id: "c", kind: .child(child))], priority: 3)
    var parent = TaskFile(task: task, taskID: "task_1", round: 4)
    parent.take(ChaosFiles.event(2, .stepWaiting, step: "c"))
    parent.answer = [
      "state": "completed",
      "steps": [["id": "c", "state": "completed", "value": ["structuredContent": "alpha:1"]]],
    ]
    parent.end = parent.answer.flatMap { TaskFile.End($0) }
    var other = TaskFile(task: child, taskID: "task_2", round: 4)
    other.events = [ChaosFiles.event(1, .taskSubmitted)]
    other.events[0].data = ["title": "r4t0.c", "parent": ["taskId": "task_1", "stepId": "c"]]
    other.answer = ["state": "completed", "result": "alpha:1"]
    edit(&parent, &other)
    var evidence = Evidence(round: 4)
    evidence.files = [parent, other].filter { !$0.taskID.isEmpty }
    return evidence.complaints[.children]
  }

  @Test func `children: one for each step, with the step's value, ended with its parent`() {
    #expect(Self.family() == nil)
    #expect(
      Self.family { _, child in child.taskID = "" } == ["it waited for a child task of which nobody ever heard"])
    #expect(
      Self.family { _, child in child.otherIDs = ["task_3"] } == ["it has more than one child task: task_2, task_3"])
    #expect(
      Self.family { _, child in child.answer = ["state": "waiting"] } == [
        "it has ended, and its child task is waiting"
      ])
    #expect(
      Self.family { _, child in child.answer = ["state": "completed", "result": "alpha:2"] } == [
        "its value is not the result of its child task, which is completed"
      ])
    #expect(
      Self.family { _, child in child.events[0].data = ["parent": ["taskId": "task_9", "stepId": "c"]] } == [
        #"its child task belongs to another step: {"taskId":"task_9","stepId":"c"}"#
      ])
  }

  // MARK: held, drained, budgets

  @Test(arguments: [(Int64(150), true), (99, false), (201, false)])
  func `held: a task that begins while the queue is`(_ at: Int64, _ isFound: Bool) {
    var evidence = Self.evidence(.time(milliseconds: 1)) { $0.take(ChaosFiles.event(2, .taskStarted, at: at)) }
    evidence.holds = [ChaosHold(kind: .pause, taskClass: nil, from: 100, until: 200)]
    #expect((evidence.complaints[.held] != nil) == isFound)
    evidence.holds[0].taskClass = "another"
    #expect(evidence.complaints[.held] == nil)
  }

  @Test func `drained: a task that was taken out and does not say so`() {
    var evidence = Self.evidence(.time(milliseconds: 1), state: "cancelled")
    evidence.holds = [ChaosHold(kind: .drain, taskClass: "x", from: 1, until: 2, drained: ["task_1"])]
    #expect(
      evidence.complaints[.drained] == ["it was taken out of the queue, and is cancelled: without a reason"])
    evidence.files[0].answer = ["state": "cancelled", "reason": ["kind": "drained", "message": "x"]]
    #expect(evidence.complaints[.drained] == nil)
  }

  @Test func `budgets: more calls than allowed before more was given`() {
    let attempts = [1, 1, 2].enumerated().map { number, attempt in
      ChaosFiles.event(
        10 + Int64(number), .stepStarted, step: "w", data: ["attempt": JSONValue(attempt)])
    }
    let answered = ChaosFiles.event(12, .approvalAnswered, data: ["kind": "budget"])
    func complaints(_ events: [ChaosEvent]) -> [String]? {
      Self.evidence(.time(milliseconds: 1)) { file in
        file.task.budget = ChaosBudget(limit: .toolCalls(1))
        file.events += events
      }.complaints[.budgets]
    }
    #expect(complaints(attempts) == ["it made 2 of 1 calls before it was given more"])
    #expect(complaints(Array(attempts.prefix(2)) + [answered]) == nil)
  }

  // MARK: keys

  @Test func `keys: two tasks under one unique key at the same time`() {
    let files = ["task_1", "task_2"].enumerated().map { number, id in
      var task = ChaosFiles().task
      (task.idempotencyKey, task.uniqueKey, task.name) = (nil, "u", "r4t\(number)")
      var file = TaskFile(task: task, taskID: id, round: 4)
      file.take(ChaosFiles.event(Int64(number) * 2 + 1, .taskSubmitted))
      return file
    }
    var evidence = Evidence(round: 4)
    evidence.files = files
    #expect(
      evidence.complaints[.keys] == ["it was submitted while task_1 with the same unique key had not ended"])
    evidence.files[0].take(ChaosFiles.event(2, .taskCompleted))
    #expect(evidence.complaints[.keys] == nil)
  }
}
