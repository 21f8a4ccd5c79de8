import SCRProtocol

/// The moments of a task, the same for every submission under one key, or they would be different ones. RFC 3339.
struct ChaosMoments: Sendable, Hashable {
  var deadline: String?
  var runAt: String?
}

extension ChaosTask {
  /// The plan as `submit_task` takes it. Its result is the serial number of the last step's line in the ledger.
  var plan: JSONValue {
    [
      "title": .string(name), "steps": .array(steps.map(json)),
      "result": .string("${steps.\(steps.last?.id ?? "").structuredContent.serial}"),
    ]
  }

  /// Parameters of `submit_task`.
  func submission(_ moments: ChaosMoments = ChaosMoments()) -> JSONValue {
    var fields: JSONObject = ["plan": plan, "priority": .init(priority)]
    fields["idempotencyKey"] = idempotencyKey.map { .string($0) }
    fields["uniqueKey"] = uniqueKey.map { .string($0) }
    fields["deadline"] = moments.deadline.map { .string($0) }
    fields["runAt"] = moments.runAt.map { .string($0) }
    fields["class"] = taskClass.map { .string($0) }
    fields["key"] = key.map { .string($0) }
    fields["weight"] = weight.map { .init($0) }
    fields["budget"] = budget?.json
    if runs > 1 { fields["retry"] = ["attempts": .init(runs), "backoffMs": 30] }
    return .object(fields)
  }

  private func json(_ step: ChaosStep) -> JSONValue {
    switch step.kind {
    case .call: return call(step)
    case .wait(let wait): return ["id": .string(step.id), "needs": Self.texts(step.needs), "wait": json(wait)]
    case .child(let child): return ["id": .string(step.id), "needs": Self.texts(step.needs), "plan": child.plan]
    }
  }

  private func json(_ wait: ChaosWait) -> JSONValue {
    switch wait {
    case .approval(_, let timeoutMs):
      var fields: JSONObject = ["approval": ["question": .string("May \(name) go on?")]]
      if let timeoutMs { (fields["timeoutMs"], fields["onTimeout"]) = (.init(timeoutMs), "continue") }
      return .object(fields)
    case .event: return ["event": ["name": .string(ChaosWait.eventName), "key": .string(name)]]
    case .time(let milliseconds): return ["time": ["for": .init(milliseconds)]]
    }
  }

  private func call(_ step: ChaosStep) -> JSONValue {
    var fields: JSONObject = [
      "id": .string(step.id), "tool": .string("\(step.server).\(step.tool.rawValue)"),
      "arguments": arguments(step),
    ]
    // Those that give a serial number are referred to, which is a need by itself.
    let needs = step.needs.filter { self.step($0)?.givesSerial == false }
    if !needs.isEmpty { fields["needs"] = Self.texts(needs) }
    if step.attempts > 1 {
      fields["retry"] = ["attempts": .init(step.attempts), "backoffMs": 20, "jitter": 0.5]
    }
    fields["timeoutMs"] = step.timeoutMs.map { .init($0) }
    fields["onUnknownOutcome"] = step.onUnknownOutcome.map { .string($0.rawValue) }
    return .object(fields)
  }

  /// `from` carries the serial numbers of the steps before, so that the ledger shows which results were passed on.
  private func arguments(_ step: ChaosStep) -> JSONValue {
    var fields: JSONObject = ["token": .string(token(step))]
    if step.workMs > 0 { fields["workMs"] = .init(step.workMs) }
    if step.lingerMs > 0 { fields["lingerMs"] = .init(step.lingerMs) }
    if step.refusals > 0 { fields["refusals"] = .init(step.refusals) }
    if step.resultBytes > 0 { fields["resultBytes"] = .init(step.resultBytes) }
    let sources = step.needs.compactMap(self.step).filter(\.givesSerial)
    if !sources.isEmpty {
      fields["from"] = .object(JSONObject(sources.map { JSONField(key: $0.id, value: .string(Self.serial(of: $0))) }))
    }
    return .object(fields)
  }

  /// A child's value is its result, which is a serial number itself.
  private static func serial(of step: ChaosStep) -> String {
    "${steps.\(step.id).structuredContent\(step.isCall ? ".serial" : "")}"
  }

  private static func texts(_ texts: [String]) -> JSONValue { .array(texts.map { .string($0) }) }
}

extension ChaosBudget {
  var json: JSONValue {
    switch limit {
    case .toolCalls(let count): ["toolCalls": .init(count)]
    case .wallMs(let milliseconds): ["wallMs": .init(milliseconds)]
    }
  }

  /// Enough for whatever the task may still do.
  var extensionJSON: JSONValue {
    switch limit {
    case .toolCalls: ["toolCalls": 1000]
    case .wallMs: ["wallMs": 600_000]
    }
  }
}
