package import SCRProtocol

extension ModelScript {
  /// - Parameter json: the object with `turns`, or the list alone.
  /// - Throws: ``ShapeError`` naming the member and what would be right.
  package init(json: JSONValue) throws(ShapeError) {
    let list = json.arrayValue ?? json["turns"]?.arrayValue
    guard let list else {
      throw ShapeError(path: "turns", message: "a script has a list of turns", hint: "turns: [{role: worker, text: …}]")
    }
    if let other = json.objectValue?.first(where: { $0.key != "turns" }) {
      throw ShapeError(
        path: other.key, message: "unknown member \"\(other.key.prefix(100))\"", hint: "a script has only turns")
    }
    guard list.count <= Self.limit else {
      throw ShapeError(path: "turns", message: "\(list.count) turns; at most \(Self.limit)")
    }
    var turns: [Turn] = []
    for (index, value) in list.enumerated() {
      turns.append(try ScriptReading(path: "turns[\(index)]", number: index + 1).turn(value))
    }
    self.init(turns: turns)
  }
}

private struct ScriptReading {
  let path: String
  let number: Int

  func turn(_ json: JSONValue) throws(ShapeError) -> ModelScript.Turn {
    guard let fields = json.objectValue else { throw wrong("", "an object", json) }
    try known(fields, ["role", "match", "text", "toolCalls", "error", "delayMs", "usage"], "")
    guard let role = fields["role"]?.stringValue, !role.isEmpty else {
      throw ShapeError(
        path: "\(path).role", message: "a turn needs the role that it answers", hint: "planner, worker, critic, …")
    }
    var turn = ModelScript.Turn(role: role)
    turn.match = try match(fields["match"])
    turn.text = try string(fields["text"], "text")
    turn.toolCalls = try calls(fields["toolCalls"])
    turn.error = try error(fields["error"])
    turn.delayMs = Int(try whole(fields["delayMs"], "delayMs", upTo: 600_000) ?? 0)
    turn.usage = try usage(fields["usage"])
    guard turn.text != nil || !turn.toolCalls.isEmpty || turn.error != nil else {
      throw ShapeError(path: path, message: "a turn needs text, toolCalls or error")
    }
    return turn
  }

  private func match(_ json: JSONValue?) throws(ShapeError) -> ScriptMatch? {
    guard let source = try string(json, "match") else { return nil }
    do throws(JSONSchemaError) { return try ScriptMatch(source) } catch {
      throw ShapeError(path: "\(path).match", message: error.message)
    }
  }

  private func calls(_ json: JSONValue?) throws(ShapeError) -> [ModelToolCall] {
    guard let json else { return [] }
    guard let list = json.arrayValue else { throw wrong(".toolCalls", "a list", json) }
    var calls: [ModelToolCall] = []
    for (index, value) in list.enumerated() {
      let place = ".toolCalls[\(index)]"
      guard let fields = value.objectValue else { throw wrong(place, "an object", value) }
      try known(fields, ["id", "name", "arguments"], place)
      guard let name = fields["name"]?.stringValue else {
        throw ShapeError(path: "\(path)\(place).name", message: "a call needs the name of its tool")
      }
      guard let arguments = (fields["arguments"] ?? .object([:])).objectValue else {
        throw wrong("\(place).arguments", "an object", fields["arguments"] ?? nil)
      }
      let id = fields["id"]?.stringValue ?? "call_\(number)_\(index + 1)"
      calls.append(ModelToolCall(id: id, name: name, arguments: arguments))
    }
    return calls
  }

  /// A code alone, or `{code, message?, retryAfterMs?}`.
  private func error(_ json: JSONValue?) throws(ShapeError) -> ModelError? {
    guard let json else { return nil }
    if let code = json.stringValue { return ModelError(.init(rawValue: code), "the script says \(code)") }
    guard let fields = json.objectValue, let code = fields["code"]?.stringValue else {
      throw ShapeError(path: "\(path).error", message: "an error is a code, or an object with one")
    }
    try known(fields, ["code", "message", "retryAfterMs"], ".error")
    let wait = try whole(fields["retryAfterMs"], "error.retryAfterMs", upTo: 86_400_000)
    return ModelError(
      .init(rawValue: code), fields["message"]?.stringValue ?? "the script says \(code)",
      retryAfter: wait.map { .milliseconds($0) })
  }

  private func usage(_ json: JSONValue?) throws(ShapeError) -> ModelUsage? {
    guard let json else { return nil }
    guard let fields = json.objectValue else { throw wrong(".usage", "an object", json) }
    try known(fields, ["inputTokens", "outputTokens"], ".usage")
    return ModelUsage(
      inputTokens: try whole(fields["inputTokens"], "usage.inputTokens", upTo: 1 << 53) ?? 0,
      outputTokens: try whole(fields["outputTokens"], "usage.outputTokens", upTo: 1 << 53) ?? 0)
  }

  private func string(_ json: JSONValue?, _ name: String) throws(ShapeError) -> String? {
    guard let json else { return nil }
    guard let text = json.stringValue else { throw wrong(".\(name)", "a string", json) }
    return text
  }

  private func whole(_ json: JSONValue?, _ name: String, upTo limit: Int64) throws(ShapeError) -> Int64? {
    guard let json else { return nil }
    guard let number = json.integerValue, (0...limit).contains(number) else {
      throw ShapeError(path: "\(path).\(name)", message: "expected a whole number from 0 to \(limit)")
    }
    return number
  }

  private func known(_ fields: JSONObject, _ names: [String], _ place: String) throws(ShapeError) {
    for field in fields where !names.contains(field.key) {
      throw ShapeError(
        path: "\(path)\(place).\(field.key.prefix(100))", message: "unknown member \"\(field.key.prefix(100))\"",
        hint: Suggestion.hint(field.key, among: names) ?? "known are \(names.joined(separator: ", "))")
    }
  }

  private func wrong(_ place: String, _ expected: String, _ found: JSONValue?) -> ShapeError {
    ShapeError(path: "\(path)\(place)", message: "expected \(expected), found \(found?.typeName ?? "nothing")")
  }
}
