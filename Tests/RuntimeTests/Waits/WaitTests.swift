import SCRProtocol
import Testing

@testable import SCRRuntime

struct WaitTests {
  private static let now = Timestamp(milliseconds: 1_700_000_000_000)
  private static let task = TaskID("task_1")

  private static func wait(_ kind: WaitKind, _ edit: (inout Wait) -> Void = { _ in }) -> Wait {
    var wait = Wait(id: "wait_1", taskID: task, stepID: "s", kind: kind, requestedAt: now)
    edit(&wait)
    return wait
  }

  @Test(arguments: WaitKind.allCases)
  func `a wait is read from its document as it was written`(kind: WaitKind) throws {
    var wait = Self.wait(kind) { wait in
      wait.question = "what?"
      wait.options = ["a", "b"]
      wait.schema = ["type": "integer"]
      wait.event = EventName("e", key: "k")
      wait.childID = TaskID("task_2")
      wait.dueAt = Self.now + .seconds(5)
      wait.onTimeout = .continue
    }
    #expect(Wait(wait.document) == wait)
    #expect(wait.document.isOpen)
    wait.answer = WaitAnswer(decision: "a", value: [1], by: "me", at: Self.now)
    #expect(Wait(wait.document) == wait)
    #expect(!wait.document.isOpen)
  }

  @Test func `a document that is no wait is none`() {
    var document = Self.wait(.time).document
    document.body = ["kind": "later"]
    #expect(Wait(document) == nil)
  }

  @Test func `clients see a wait with its moments`() {
    let wait = Self.wait(.approval) { wait in
      wait.question = "go on?"
      wait.options = ["approve", "reject"]
      wait.dueAt = Self.now + .seconds(5)
    }
    #expect(
      wait.json == [
        "approvalId": "wait_1", "taskId": "task_1", "kind": "approval", "stepId": "s", "question": "go on?",
        "options": ["approve", "reject"], "requestedAt": "2023-11-14T22:13:20.000Z",
        "dueAt": "2023-11-14T22:13:25.000Z",
      ])
  }

  // MARK: Answers

  private func refusal(_ wait: Wait, _ decision: String? = nil, _ value: JSONValue? = nil, by: String = "me") -> String
  {
    do throws(RuntimeError) {
      _ = try wait.checked(decision: decision, value: value, by: by, now: Self.now)
      return "accepted"
    } catch { return "\(error.kind.name) \(error.path ?? "-"): \(error.message)" }
  }

  @Test func `an approval takes one of its options`() {
    let wait = Self.wait(.approval) { $0.options = Wait.approvalOptions }
    #expect(refusal(wait, "approve") == "accepted")
    #expect(refusal(wait, "approve", "fine") == "accepted")
    #expect(refusal(wait) == "invalid_input decision: the decision is missing")
    #expect(refusal(wait, "aprove") == "invalid_input decision: \"aprove\" is none of approve, reject")
    #expect(refusal(wait, "approve", .string(String(repeating: "x", count: 1 << 20))).hasPrefix("too_large value"))
    #expect(refusal(wait, "approve", by: String(repeating: "x", count: 201)).hasPrefix("invalid_input by"))
  }

  @Test func `an input takes what its schema allows, and names the place that it does not`() {
    let wait = Self.wait(.input) { wait in
      wait.schema = ["type": "object", "properties": ["n": ["type": "integer"]], "required": ["n"]]
    }
    #expect(refusal(wait, nil, ["n": 1]) == "accepted")
    #expect(refusal(wait).hasPrefix("invalid_input value: the value is missing"))
    #expect(refusal(wait, nil, ["n": "1"]).hasPrefix("invalid_input value.n: "))
    #expect(refusal(wait, nil, [1]).hasPrefix("invalid_input value: "))
    #expect(refusal(wait, "approve", ["n": 1]).hasPrefix("invalid_input decision"))
  }

  @Test(arguments: [WaitKind.event, .time, .child])
  func `what ends by itself takes no answer`(kind: WaitKind) {
    #expect(refusal(Self.wait(kind), "approve").hasPrefix("invalid_input approvalId"))
  }

  // MARK: What they come to

  private func resolution(
    _ wait: Wait, _ decision: String? = nil, _ value: JSONValue? = nil, child: AgentTask? = nil
  ) -> StepResolution? {
    var wait = wait
    wait.answer = WaitAnswer(decision: decision, value: value, by: "me", at: Self.now)
    return WaitNews(wait, child: child).resolution
  }

  @Test func `an open wait has come to nothing`() { #expect(WaitNews(Self.wait(.approval)).resolution == nil) }

  @Test func `an approval is its decision; a rejection fails the step unless the plan names the options`() throws {
    var wait = Self.wait(.approval) { $0.options = Wait.approvalOptions }
    guard case .value(let value)? = resolution(wait, "approve", "fine") else {
      Issue.record("no value")
      return
    }
    #expect(value["text"] == "approve")
    #expect(value["isError"] == false)
    #expect(value["structuredContent"]?["value"] == "fine")
    #expect(
      resolution(wait, "reject", "too dear")
        == .failed(
          TaskReason(kind: TaskReason.rejected, message: "me rejected it: too dear", stepID: "s"), isRetryable: false))
    wait.options = ["reject", "later"]
    guard case .value? = resolution(wait, "reject") else {
      Issue.record("an option of the plan's own failed the step")
      return
    }
  }

  @Test func `an input and an event are their value`() {
    for kind in [WaitKind.input, .event] {
      guard case .value(let value)? = resolution(Self.wait(kind), nil, ["n": 1]) else {
        Issue.record("no value")
        return
      }
      #expect(value["structuredContent"] == ["n": 1])
      #expect(value["text"] == #"{"n":1}"#)
    }
  }

  @Test func `a call of unknown outcome is made again, completed with a value, or failed`() {
    let wait = Self.wait(.unknownOutcome)
    #expect(resolution(wait, "retry") == .again)
    let result = ToolResult(text: "it did", structuredContent: ["id": 4])
    #expect(resolution(wait, "completed", result.json) == .value(result.json))
    #expect(
      resolution(wait, "completed", "it did") == .value(ToolResult(text: "it did", structuredContent: "it did").json))
    guard case .failed(let reason, false)? = resolution(wait, "fail") else {
      Issue.record("it did not fail")
      return
    }
    #expect(reason.kind == TaskReason.unknownOutcome)
  }

  @Test func `time fails a step or lets it go on`() {
    var wait = Self.wait(.approval) { $0.dueAt = Self.now + .seconds(5) }
    #expect(
      resolution(wait, WaitAnswer.timedOut)
        == .failed(TaskReason(.timeout, "nobody answered within 5000 ms", stepID: "s"), isRetryable: false))
    wait.onTimeout = .continue
    guard case .value(let value)? = resolution(wait, WaitAnswer.timedOut) else {
      Issue.record("it failed")
      return
    }
    #expect(value["structuredContent"] == ["timedOut": true])
    guard case .value? = resolution(Self.wait(.time), WaitAnswer.timedOut) else {
      Issue.record("a moment that has come failed its step")
      return
    }
  }

  @Test func `a child's result is the step's value, its failure the step's`() {
    var child = AgentTask(id: TaskID("task_2"), title: "c", state: .completed, createdAt: Self.now)
    child.parent = TaskParent(taskID: Self.task, stepID: "s")
    child.result = ["n": 1]
    let wait = Self.wait(.child) { $0.childID = child.id }
    #expect(
      resolution(wait, WaitAnswer.ended, child: child)
        == .value(ToolResult(text: #"{"n":1}"#, structuredContent: ["n": 1]).json))
    child.state = .failed
    child.reason = TaskReason(kind: TaskReason.stepFailed, message: "no", stepID: "x", hint: "h")
    #expect(
      resolution(wait, WaitAnswer.ended, child: child)
        == .failed(
          TaskReason(
            kind: TaskReason.stepFailed, message: "its child task task_2 ended as failed: no", stepID: "s", hint: "h"),
          isRetryable: true))
    child.state = .cancelled
    child.reason = nil
    #expect(
      resolution(wait, WaitAnswer.ended, child: child)
        == .failed(
          TaskReason(kind: "cancelled", message: "its child task task_2 ended as cancelled", stepID: "s"),
          isRetryable: false))
    guard case .failed(let reason, false)? = resolution(wait, WaitAnswer.ended) else {
      Issue.record("a child that is gone did not fail its step")
      return
    }
    #expect(reason.kind == "not_found")
  }

  // MARK: Events

  @Test func `an event is told apart by name and, where it is asked for, by key`() {
    #expect(EventName("a").accepts(EventName("a", key: "k")))
    #expect(!EventName("a", key: "k").accepts(EventName("a")))
    #expect(EventName("a", key: "k").accepts(EventName("a", key: "k")))
    #expect(!EventName("a").accepts(EventName("b")))
  }

  @Test func `a mailbox gives the oldest event that fits, and survives its document`() {
    var mailbox = Mailbox(taskID: Self.task)
    for (name, number) in [("a", 1), ("b", 2), ("a", 3)] {
      mailbox.letters.append(
        Mailbox.Letter(event: EventName(name), payload: JSONValue(number), by: "me", at: Self.now))
    }
    var read = Mailbox(taskID: Self.task, mailbox.document(now: Self.now))
    #expect(read.letters == mailbox.letters)
    #expect(read.take(for: EventName("a"))?.payload == 1)
    #expect(read.take(for: EventName("a"))?.payload == 3)
    #expect(read.take(for: EventName("a")) == nil)
    #expect(read.letters.map(\.event.name) == ["b"])
  }

  @Test func `a mailbox has its limit`() {
    var mailbox = Mailbox(taskID: Self.task)
    let letter = Mailbox.Letter(event: EventName("a"), payload: .null, by: "me", at: Self.now)
    mailbox.letters = Array(repeating: letter, count: Mailbox.limit)
    #expect(mailbox.overflow == nil)
    mailbox.letters.append(letter)
    #expect(mailbox.overflow != nil)
  }
}
