import SCRProtocol
import Testing

@testable import SCRRuntime

@Suite("Why a task runs or waits") struct ExplanationOfWorkTests {
  private static let now = ExplanationTests.now
  private static let earlier = ExplanationTests.earlier
  private static let id = TaskID("task_1")

  private static func step(_ id: String, _ state: StepState, attempt: Int = 1, _ reason: TaskReason? = nil)
    -> StepRecord
  {
    StepRecord(
      taskID: self.id, stepID: id, state: state, attempt: attempt,
      intent: StepIntent(
        tool: ToolName(server: "files", tool: "read"), arguments: [:], idempotencyKey: "k", effect: .readOnly),
      reason: reason, startedAt: earlier)
  }

  // MARK: Running

  @Test func `a running task tells which steps run since when, and which pause before another attempt`() {
    let reasons = ExplanationTests.told(.running) { facts in
      facts.task.plan = ["steps": [["id": "a", "tool": "files.read", "timeoutMs": 30000]]]
      facts.steps = [
        Self.step("a", .running, attempt: 2), Self.step("b", .ready, TaskReason(.timeout, "slow")),
        Self.step("c", .completed),
      ]
    }
    #expect(
      reasons == [
        .init(
          .step, "the step a calls files.read, attempt 2, for 10000 ms", since: Self.earlier,
          until: Self.earlier + .seconds(30)),
        .init(
          .stepRetry, "the step b pauses before it is tried again; attempt 1 failed (timeout: slow)"),
      ])
  }

  @Test func `between two steps it says so`() {
    #expect(ExplanationTests.told(.running) == [.init(.beginning, "it was just taken up", since: Self.earlier)])
    let between = ExplanationTests.told(.running) { $0.steps = [Self.step("a", .completed)] }
    #expect(between == [.init(.beginning, "it is between two steps; 1 have ended", since: Self.earlier)])
  }

  @Test func `a cancellation under way, a lost lease and a runtime that is gone are told first`() {
    func kinds(_ change: @escaping (inout TaskFacts) -> Void) -> [Explanation.Cause.Kind] {
      ExplanationTests.told(.running) { facts in
        facts.task.lease = TaskLease(owner: Incarnation("run_1"), until: Self.now)
        facts.steps = [Self.step("a", .running)]
        facts.host = ExplanationTests.host()
        change(&facts)
      }.map(\.kind)
    }
    #expect(kinds { _ in } == [.step])
    #expect(kinds { $0.task.cancelRequested = true } == [.cancelling, .step])
    #expect(kinds { $0.host?.incarnation = Incarnation("run_2") } == [.leaseLost, .step])
    #expect(kinds { $0.task.lease?.until = Self.earlier } == [.leaseLost, .step])
    #expect(kinds { $0.host = TaskFacts.Host(isThere: false) } == [.noRuntime, .step])
  }

  // MARK: Waiting

  private static func wait(_ body: JSONValue, due: Timestamp? = nil, isOpen: Bool = true) -> StoreDocument {
    StoreDocument(.wait, id: "wait_1", taskID: id, isOpen: isOpen, dueAt: due, body: body, now: earlier)
  }

  @Test(
    arguments: [
      (
        ["kind": "approval", "stepId": "a", "question": "Send it?", "options": ["approve", "reject"]] as JSONValue,
        Explanation.Cause.Kind.approval, "the step a waits for an approval: Send it?",
        "answer_approval with approvalId wait_1 and one of: approve, reject" as String?
      ),
      (
        ["kind": "input", "stepId": "a", "question": "Which?"], .input, "the step a waits for an input: Which?",
        "answer_approval with approvalId wait_1"
      ),
      (
        ["kind": "event", "stepId": "a", "event": "paid", "key": "7"], .event,
        "the step a waits for the event paid with the key 7", nil
      ),
      (["kind": "time", "stepId": "a"], .time, "the step a waits for a moment", nil),
      (["kind": "child", "stepId": "a", "childTaskId": "task_9"], .child, "the step a waits for the task task_9", nil),
      (
        ["kind": "budget", "question": "More?"], .budget, "the task waits for more of its budget: More?",
        "answer_approval with approvalId wait_1"
      ),
      (
        ["kind": "loop"], .loop, "the task waits because it goes round in circles",
        "answer_approval with approvalId wait_1"
      ),
      (
        ["kind": "unknown_outcome", "stepId": "a"], .unknownOutcome,
        "the step a waits for a word on a call of which nobody knows whether it took effect",
        "answer_approval with approvalId wait_1"
      ),
      (["kind": "new"], .waiting, "the task waits for an answer", "answer_approval with approvalId wait_1"),
    ] as [(JSONValue, Explanation.Cause.Kind, String, String?)])
  func `every kind of wait is told with what ends it`(
    body: JSONValue, kind: Explanation.Cause.Kind, message: String, hint: String?
  ) {
    let reasons = ExplanationTests.told(.waiting) { $0.waits = [Self.wait(body, due: Self.now)] }
    #expect(reasons == [.init(kind, message, since: Self.earlier, until: Self.now, hint: hint)])
  }

  @Test func `a wait that is closed is no reason, and one without a document is told from its step or task`() {
    let unknown = TaskReason(kind: TaskReason.unknownOutcome, message: "nobody knows", hint: "look")
    let reasons = ExplanationTests.told(.waiting) { facts in
      facts.waits = [Self.wait(["kind": "approval"], isOpen: false)]
      facts.steps = [Self.step("a", .waiting, unknown)]
    }
    #expect(
      reasons == [.init(.unknownOutcome, "the step a waits: nobody knows", since: Self.earlier, hint: "look")])
    let bare = ExplanationTests.told(.waiting) { $0.task.reason = TaskReason(kind: "other", message: "it rests") }
    #expect(bare == [.init(.waiting, "it rests", since: Self.earlier)])
  }

  @Test func `a child is explained with its parent`() {
    var child = ExplanationTests.facts(.queued)
    child.task.id = TaskID("task_9")
    let explanation = Explanation(
      ExplanationTests.facts(.waiting) { facts in
        facts.waits = [Self.wait(["kind": "child", "stepId": "a", "childTaskId": "task_9"])]
        facts.children = [child]
      })
    #expect(explanation.reasons.first?.message == "the step a waits for the task task_9, which is queued")
    #expect(explanation.children.map(\.taskID) == [TaskID("task_9")])
    #expect(explanation.children.first?.reasons.map(\.kind) == [.lane, .turn])
    #expect(explanation.json["children"]?.arrayValue?.count == 1)
  }
}
