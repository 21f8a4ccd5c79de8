import SCRProtocol

extension Wait {
  /// Bytes that an answer's value may have as JSON.
  static let valueBytes = 1 << 20

  /// What a client's answer comes to.
  /// - Throws: `invalid_input` naming the member that is wrong; the wait stays open.
  func checked(
    decision: String?, value: JSONValue?, by: String, now: Timestamp
  ) throws(RuntimeError) -> WaitAnswer {
    guard kind.isQuestion else {
      throw RuntimeError(
        .invalidInput, "\(id) waits for \(kind == .event ? "an event" : "a \(kind.rawValue)"), which nobody answers",
        hint: kind == .event ? "send it: send_event" : nil, path: "approvalId", taskID: taskID)
    }
    guard by.utf8.count <= 200 else {
      throw RuntimeError(.invalidInput, "\"by\" is over the limit of 200 bytes", path: "by", taskID: taskID)
    }
    try checkDecision(decision)
    try checkValue(decision, value)
    return WaitAnswer(decision: decision, value: value, by: by, at: now)
  }

  private func checkDecision(_ decision: String?) throws(RuntimeError) {
    guard !options.isEmpty else {
      guard decision == nil else {
        throw RuntimeError(
          .invalidInput, "an input is answered with a value, not with a decision", hint: "give \"value\"",
          path: "decision", taskID: taskID)
      }
      return
    }
    let choice = options.joined(separator: ", ")
    guard let decision else {
      throw RuntimeError(
        .invalidInput, "the decision is missing", hint: "one of \(choice)", path: "decision", taskID: taskID)
    }
    guard options.contains(decision) else {
      throw RuntimeError(
        .invalidInput, "\"\(decision.prefix(100))\" is none of \(choice)",
        hint: Suggestion.hint(decision, among: options), path: "decision", taskID: taskID)
    }
  }

  private func checkValue(_ decision: String?, _ value: JSONValue?) throws(RuntimeError) {
    if let value {
      let size = value.encoded.count
      guard size <= Self.valueBytes else {
        throw RuntimeError(
          .tooLarge, "the value has \(size) bytes, over the limit of \(Self.valueBytes)", path: "value",
          taskID: taskID)
      }
    }
    switch kind {
    case .input:
      guard let value else {
        throw RuntimeError(.invalidInput, "the value is missing", path: "value", taskID: taskID)
      }
      try check(value, against: schema ?? true)
    case .budget where decision == WaitAnswer.extend:
      guard let value else {
        throw RuntimeError(
          .invalidInput, "the value is missing: it says how much more the task may use", path: "value", taskID: taskID)
      }
      try check(value, against: schema ?? true)
    default: break
    }
  }

  private func check(_ value: JSONValue, against schema: JSONValue) throws(RuntimeError) {
    let violation: JSONSchemaViolation?
    do throws(JSONSchemaError) { violation = try JSONSchema.compile(schema).validate(value).first } catch {
      throw RuntimeError(.internal, "the schema of \(id) cannot be read: \(error)", taskID: taskID)
    }
    guard let violation else { return }
    let place = violation.instancePath
    throw RuntimeError(
      .invalidInput, violation.message,
      path: place.isEmpty || place.hasPrefix("[") ? "value\(place)" : "value.\(place)", taskID: taskID)
  }
}
