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

  var state: String? { answer?["state"]?.stringValue }

  /// Whether nothing will happen to it by itself, as far as its events tell.
  var isAtRest: Bool {
    let last = events.last { $0.restingState != nil || $0.kind == .taskQueued || $0.kind == .taskStarted }
    return last?.restingState != nil
  }

  func events(of stepID: String) -> [ChaosEvent] { events.filter { $0.stepID == stepID } }

  func lines(of step: ChaosStep) -> [LedgerLine] {
    let token = task.token(step)
    return lines.filter { $0.token == token }
  }

  /// What the runtime says that the step gave: a serial number of the ledger.
  func serial(of stepID: String) -> String? {
    step(stepID)?["value"]?["structuredContent"]?["serial"]?.stringValue
  }

  /// The step as the runtime answered it.
  func step(_ id: String) -> JSONValue? { answer?["steps"]?.arrayValue?.first { $0["id"]?.stringValue == id } }

  func violation(
    _ invariant: Invariant, in round: Int, step: String? = nil, _ text: String, evidence: [String] = []
  ) -> Violation {
    Violation(
      invariant: invariant, round: round, taskName: task.name, taskID: taskID, stepID: step, text: text,
      evidence: evidence)
  }
}
