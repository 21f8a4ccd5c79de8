import SCRProtocol

extension ChaosTask {
  /// The plan as `submit_task` takes it. Its result is the serial number of the last step's line in the ledger.
  var plan: JSONValue {
    [
      "title": .string(name), "steps": .array(steps.map(json)),
      "result": .string("${steps.\(steps.last?.id ?? "").structuredContent.serial}"),
    ]
  }

  /// Parameters of `submit_task`.
  /// - Parameter deadline: RFC 3339; the same for every submission under one key, or they would be different ones.
  func submission(deadline: String?) -> JSONValue {
    var fields: JSONObject = ["plan": plan, "priority": .init(priority)]
    fields["idempotencyKey"] = idempotencyKey.map { .string($0) }
    fields["deadline"] = deadline.map { .string($0) }
    return .object(fields)
  }

  private func json(_ step: ChaosStep) -> JSONValue {
    var fields: JSONObject = [
      "id": .string(step.id), "tool": .string("\(step.server).\(step.tool.rawValue)"),
      "arguments": arguments(step),
    ]
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
    if !step.needs.isEmpty {
      fields["from"] = .object(
        JSONObject(
          step.needs.map { JSONField(key: $0, value: .string("${steps.\($0).structuredContent.serial}")) }))
    }
    return .object(fields)
  }
}
