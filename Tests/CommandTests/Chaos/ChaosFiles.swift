import SCRProtocol
import SCRRuntime

@testable import SCRCommand

/// Evidence as a round collects it, made by hand: a task of two steps that completed as it should, to be spoiled.
struct ChaosFiles {
  static let round = 4
  /// Life 1 begins at 100, life 2 at 200.
  static let lives: [Int64] = [100, 200]

  var tools: (ChaosTool, ChaosTool) = (.apply, .apply)
  var attempts = 1
  var onUnknownOutcome: ChaosStep.Unknown?

  var task: ChaosTask {
    ChaosTask(
      name: "r4t0",
      steps: [
        ChaosStep(
          id: "a", server: "alpha", tool: tools.0, attempts: attempts, onUnknownOutcome: onUnknownOutcome),
        ChaosStep(id: "b", server: "beta", tool: tools.1, needs: ["a"]),
      ], priority: 3, idempotencyKey: "key")
  }

  static func event(
    _ sequence: Int64, _ kind: EventKind, step: String? = nil, at: Int64 = 110, data: JSONValue = [:]
  ) -> ChaosEvent {
    ChaosEvent(
      sequence: sequence, at: at, kind: kind, taskID: "task_1", stepID: step,
      data: kind == .taskSubmitted ? ["title": "r4t0"] : data)
  }

  static func line(
    _ step: String, _ kind: LedgerLine.Kind = .effect, serial: String? = nil, life: Int = 1, key: String? = nil,
    from: [String: String] = [:]
  ) -> LedgerLine {
    LedgerLine(
      kind: kind, serial: serial ?? (step == "a" ? "alpha:1" : "beta:1"), at: 111, life: life, pid: 9,
      tool: "apply", token: "r4t0/\(step)", key: key ?? "task_1/\(step)", call: 1, from: from)
  }

  static let events: [ChaosEvent] = [
    event(1, .taskSubmitted), event(2, .taskQueued), event(3, .taskStarted), event(4, .stepStarted, step: "a"),
    event(5, .stepCompleted, step: "a"), event(6, .stepStarted, step: "b"), event(7, .stepCompleted, step: "b"),
    event(8, .taskCompleted),
  ]
  static let lines = [line("a"), line("b", from: ["a": "alpha:1"])]

  static func step(_ id: String, _ serial: String?, state: String = "completed") -> JSONValue {
    var fields: JSONObject = ["id": .string(id), "state": .string(state)]
    if let serial { fields["value"] = ["structuredContent": ["serial": .string(serial)]] }
    return .object(fields)
  }

  static func answer(
    _ state: String = "completed", reason: String? = nil,
    steps: [JSONValue] = [step("a", "alpha:1"), step("b", "beta:1")],
    result: JSONValue? = "beta:1"
  ) -> JSONValue {
    var fields: JSONObject = ["taskId": "task_1", "state": .string(state), "steps": .array(steps)]
    fields["result"] = result
    fields["reason"] = reason.map { ["kind": "timeout", "message": .string($0)] }
    return .object(fields)
  }

  /// The task as it should be, after `spoil`.
  func file(_ spoil: (inout TaskFile) -> Void = { _ in }) -> TaskFile {
    var file = TaskFile(task: task, taskID: "task_1", round: Self.round)
    file.isAccepted = true
    file.events = Self.events
    file.lines = Self.lines
    file.answer = Self.answer()
    file.end = TaskFile.End(Self.answer())
    spoil(&file)
    return file
  }

  func evidence(_ spoil: (inout TaskFile) -> Void = { _ in }) -> Evidence {
    var evidence = Evidence(round: Self.round)
    evidence.files = [file(spoil)]
    evidence.lives = Self.lives
    return evidence
  }
}

extension Evidence {
  /// The invariants that do not hold, with what is said of each.
  var complaints: [Invariant: [String]] {
    findings().mapValues { $0.violations.map(\.text) }.filter { !$0.value.isEmpty }
  }
}
