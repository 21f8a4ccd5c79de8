import SCRProtocol
import SCRRuntime

/// Everything that is known of one task.
struct TaskFile: Sendable, Hashable {
  var task: ChaosTask
  var taskID: String
  /// Of the round that submitted it.
  var round: Int
  /// Its submission was answered. Otherwise its events alone tell of it.
  var isAccepted = false
  /// Other ids that came for the same task: as an answer to the same key, or out of the events.
  var otherIDs: [String] = []
  /// The task that its submission was said to stand for, since that has the same unique key.
  var repeatOf: String?
  /// Milliseconds since 1970; it was asked for when the round began.
  var runAt: Int64?
  /// In the order of their numbers.
  var events: [ChaosEvent] = []
  /// In the order in which each ledger has them.
  var lines: [LedgerLine] = []
  /// The newest answer of `get_task`; nil while there was none.
  var answer: JSONValue?
  /// `get_task` said that there is no such task.
  var isMissing = false
  /// What `explain_task` said of a task that did not come to rest, where there is that method.
  var explanation: String?
  /// How the task ended, by the first answer that told of its end.
  var end: End?
  /// The state that the newest event tells of; nil where it is none to rest in.
  private(set) var restingState: TaskState?
  /// What it waits for, by the id of the wait.
  private(set) var openWaits: [String: OpenWait] = [:]

  struct OpenWait: Sendable, Hashable {
    var kind: String
    var stepID: String?
    var childID: String?
  }

  /// What may never change any more.
  struct End: Sendable, Hashable {
    var state: String
    var result: JSONValue?
    var completedSteps: [String]

    /// Nil while the task has not ended.
    init?(_ answer: JSONValue) {
      guard let state = answer["state"]?.stringValue, TaskState(rawValue: state)?.isFinal == true else { return nil }
      self.state = state
      result = answer["result"]
      completedSteps = (answer["steps"]?.arrayValue ?? []).compactMap { step in
        step["state"] == "completed" ? step["id"]?.stringValue : nil
      }
    }
  }

  init(task: ChaosTask, taskID: String, round: Int) {
    self.task = task
    self.taskID = taskID
    self.round = round
  }

  var state: String? { answer?["state"]?.stringValue }
  var reasonKind: String? { answer?["reason"]?["kind"]?.stringValue }

  /// Takes the next event.
  mutating func take(_ event: ChaosEvent) {
    events.append(event)
    if event.tellsState { restingState = event.restingState }
    switch event.kind {
    case .stepWaiting:
      guard let id = event.data["waitId"]?.stringValue else { break }
      openWaits[id] = OpenWait(
        kind: event.data["kind"]?.stringValue ?? "", stepID: event.stepID,
        childID: event.data["childTaskId"]?.stringValue)
    case .approvalRequested where event.stepID == nil:
      guard let id = event.data["approvalId"]?.stringValue else { break }
      openWaits[id] = OpenWait(kind: event.data["kind"]?.stringValue ?? "")
    case .approvalAnswered:
      let id = event.data["approvalId"]?.stringValue
      endWaits { $0.key == id }
    case .stepCompleted, .stepFailed, .stepSkipped, .stepStarted: endWaits { $0.value.stepID == event.stepID }
    default: break
    }
  }

  /// The task goes on, although the event of its next state is still to come.
  private mutating func endWaits(where hasEnded: ((key: String, value: OpenWait)) -> Bool) {
    let left = openWaits.filter { !hasEnded($0) }
    if left.count < openWaits.count, restingState == .waiting { restingState = nil }
    openWaits = left
  }

  func events(of stepID: String) -> [ChaosEvent] { events.filter { $0.stepID == stepID } }

  func lines(of step: ChaosStep) -> [LedgerLine] {
    let token = task.token(step)
    return lines.filter { $0.token == token }
  }

  /// What the runtime says that the step gave: a serial number of the ledger.
  func serial(of stepID: String) -> String? {
    let value = value(of: stepID)
    return value?["serial"]?.stringValue ?? value?.stringValue
  }

  /// The structured part of a step's value.
  func value(of stepID: String) -> JSONValue? { step(stepID)?["value"]?["structuredContent"] }

  /// The step as the runtime answered it.
  func step(_ id: String) -> JSONValue? { answer?["steps"]?.arrayValue?.first { $0["id"]?.stringValue == id } }

  /// Whether the runtime answered that the step completed.
  func hasCompleted(_ step: ChaosStep) -> Bool { self.step(step.id)?["state"] == "completed" }

  func violation(
    _ invariant: Invariant, in round: Int, step: String? = nil, _ text: String, evidence: [String] = []
  ) -> Violation {
    Violation(
      invariant: invariant, round: round, taskName: task.name, taskID: taskID, stepID: step, text: text,
      evidence: evidence)
  }
}
