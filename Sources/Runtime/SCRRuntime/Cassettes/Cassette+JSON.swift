package import SCRProtocol

extension Cassette {
  /// `{format, version, run, outcome, desk?, calls, attempts, masked}`.
  package var json: JSONValue {
    var run: JSONObject = ["title": .string(title), "inputs": .object(inputs)]
    run["goal"] = goal.map { .string($0) }
    run["plan"] = plan
    run["budget"] = budget
    run["retry"] = retry
    var outcome: JSONObject = ["state": .string(self.outcome.state.rawValue)]
    outcome["reason"] = self.outcome.reason?.json
    outcome["result"] = self.outcome.result
    var fields: JSONObject = [
      "format": .string(Self.format), "version": JSONValue(Self.version), "run": .object(run),
      "outcome": .object(outcome),
    ]
    fields["desk"] = desk?.json
    fields["calls"] = .array(calls.map(\.json))
    fields["attempts"] = .array(attempts.map(\.json))
    fields["masked"] = JSONValue(masked)
    return .object(fields)
  }

  /// - Throws: `invalid_input` naming what is wrong.
  package init(json: JSONValue) throws(RuntimeError) {
    guard json["format"]?.stringValue == Self.format else {
      throw Self.wrong("it is no cassette: \"format\" is not \"\(Self.format)\"")
    }
    guard let version = json["version"]?.integerValue, version == Int64(Self.version) else {
      throw Self.wrong(
        "it has version \(json["version"]?.jsonText.prefix(20) ?? "none"), and this scr reads version \(Self.version)")
    }
    guard let run = json["run"], let outcome = json["outcome"] else { throw Self.wrong("run and outcome are missing") }
    title = run["title"]?.stringValue ?? ""
    goal = run["goal"]?.stringValue
    plan = run["plan"]
    inputs = run["inputs"]?.objectValue ?? [:]
    budget = run["budget"]
    retry = run["retry"]
    guard (goal == nil) != (plan == nil) else { throw Self.wrong("run has neither a goal nor a plan, or both") }
    guard let state = outcome["state"]?.stringValue.flatMap(TaskState.init) else {
      throw Self.wrong("outcome.state is missing")
    }
    self.outcome = Outcome(
      state: state, reason: outcome["reason"].flatMap(TaskReason.init(json:)), result: outcome["result"])
    desk = try json["desk"].map { value throws(RuntimeError) in
      guard let desk = DeskRecord(json: value) else { throw Self.wrong("desk cannot be read") }
      return desk
    }
    calls = try Self.list(json["calls"], "calls") { Call(json: $0) }
    attempts = try Self.list(json["attempts"], "attempts") { Attempt(json: $0) }
    masked = Int(clamping: json["masked"]?.integerValue ?? 0)
  }

  private static func list<Element>(
    _ json: JSONValue?, _ name: String, _ read: (JSONValue) -> Element?
  ) throws(RuntimeError) -> [Element] {
    var elements: [Element] = []
    for (place, value) in (json?.arrayValue ?? []).enumerated() {
      guard let element = read(value) else { throw wrong("\(name)[\(place)] cannot be read") }
      elements.append(element)
    }
    return elements
  }

  private static func wrong(_ message: String) -> RuntimeError {
    RuntimeError(
      .invalidInput, "the cassette cannot be used: \(message)",
      hint: "scr run --record FILE and scr tasks export write cassettes")
  }
}

extension Cassette.Call {
  /// `{stepId, tool, effect, arguments, value?, reason?}`.
  var json: JSONValue {
    var fields: JSONObject = [
      "stepId": .string(stepID), "tool": .string(tool.qualified), "effect": .string(effect.rawValue),
      "arguments": .object(arguments),
    ]
    fields["value"] = value.map(ToolResult.compact)
    fields["reason"] = reason?.json
    return .object(fields)
  }

  init?(json: JSONValue) {
    guard let stepID = json["stepId"]?.stringValue, let tool = json["tool"]?.stringValue,
      let effect = json["effect"]?.stringValue.flatMap(ToolEffect.init),
      let arguments = json["arguments"]?.objectValue
    else { return nil }
    self.init(
      stepID: stepID, tool: ToolName(qualified: tool), arguments: arguments, effect: effect,
      value: json["value"].map(ToolResult.expanded), reason: json["reason"].flatMap(TaskReason.init(json:)))
  }
}

extension Cassette.Attempt {
  /// `{stepId, agent, attempt, entries, requests, error?, document?}`.
  var json: JSONValue {
    var fields: JSONObject = [
      "stepId": .string(stepID), "agent": .string(kind.rawValue), "attempt": .string(number),
      "entries": .array(entries.map(\.json)), "requests": .array(requests.map(\.json)),
    ]
    if let failure {
      var error: JSONObject = ["code": .string(failure.code.rawValue), "message": .string(failure.message)]
      error["hint"] = failure.hint.map { .string($0) }
      fields["error"] = .object(error)
    }
    fields["document"] = document
    return .object(fields)
  }

  init?(json: JSONValue) {
    guard let stepID = json["stepId"]?.stringValue,
      let kind = json["agent"]?.stringValue.map({ AgentKind(rawValue: $0) }),
      let number = json["attempt"]?.stringValue, let entries = json["entries"]?.arrayValue,
      let requests = json["requests"]?.arrayValue
    else { return nil }
    self.init(
      stepID: stepID, kind: kind, number: number, entries: entries.compactMap { AgentEntry(json: $0) },
      requests: requests.compactMap { ModelRequestDigest(json: $0) }, document: json["document"])
    guard self.entries.count == entries.count, self.requests.count == requests.count else { return nil }
    guard let error = json["error"] else { return }
    guard let code = error["code"]?.stringValue, let message = error["message"]?.stringValue else { return nil }
    failure = ModelTurn.Failure(
      code: ModelError.Code(rawValue: code), message: message, hint: error["hint"]?.stringValue)
  }
}
