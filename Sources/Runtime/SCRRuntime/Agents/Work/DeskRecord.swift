package import SCRProtocol

/// The tools and rules that agents of a task had: what their requests follow from beside their journals.
package struct DeskRecord: Sendable, Hashable {
  package var tools: [ToolDescriptor]
  package var rules: AgentRules

  /// Bytes of one record; beyond it none is kept, and the task cannot be exported.
  static let limit = 2 << 20

  init(_ catalogue: ToolCatalogue, _ rules: AgentRules) {
    tools = catalogue.descriptors
    self.rules = rules
  }

  package init(tools: [ToolDescriptor], rules: AgentRules) {
    self.tools = tools
    self.rules = rules
  }

  /// Named by its content. Nil where it would be too large.
  func document(of task: TaskID) -> StoreDocument? {
    let body = json
    let bytes = body.encoded
    guard bytes.count <= Self.limit else { return nil }
    return StoreDocument(
      .agentDesk, id: "\(task)/\(SHA256.hex(bytes).prefix(32))", taskID: task, isOpen: false, body: body,
      now: Timestamp(milliseconds: 0))
  }

  /// `{tools: [{name, title?, description, inputSchema, outputSchema?, effect}], rules: {…}}`.
  package var json: JSONValue { ["tools": .array(tools.map(\.record)), "rules": rules.json] }

  /// Nil for what ``json`` never gives.
  package init?(json: JSONValue) {
    guard let tools = json["tools"]?.arrayValue, let rules = json["rules"].flatMap(AgentRules.init(json:)) else {
      return nil
    }
    self.init(tools: tools.compactMap { ToolDescriptor(record: $0) }, rules: rules)
    if self.tools.count != tools.count { return nil }
  }
}

extension ToolDescriptor {
  package var record: JSONValue {
    var fields: JSONObject = [
      "name": .string(name.qualified), "description": .string(description), "inputSchema": inputSchema,
      "effect": .string(effect.rawValue),
    ]
    fields["title"] = title.map { .string($0) }
    fields["outputSchema"] = outputSchema
    return .object(fields)
  }

  package init?(record json: JSONValue) {
    guard let name = json["name"]?.stringValue, let schema = json["inputSchema"],
      let effect = json["effect"]?.stringValue.flatMap(ToolEffect.init)
    else { return nil }
    self.init(
      name: ToolName(qualified: name), title: json["title"]?.stringValue,
      description: json["description"]?.stringValue ?? "", inputSchema: schema, outputSchema: json["outputSchema"],
      effect: effect)
  }
}

extension AgentRules {
  /// What conversations depend on; times are no part of it.
  package var json: JSONValue {
    [
      "turns": JSONValue(turns), "callsPerTurn": JSONValue(callsPerTurn), "resultBytes": JSONValue(resultBytes),
      "sourceBytes": JSONValue(sourceBytes), "contextTokens": JSONValue(contextTokens),
      "corrections": JSONValue(corrections), "stepsPerRound": JSONValue(stepsPerRound), "rounds": JSONValue(rounds),
    ]
  }

  /// Nil for what ``json`` never gives.
  package init?(json: JSONValue) {
    func number(_ name: String) -> Int? { json[name]?.integerValue.map { Int(clamping: $0) } }
    guard let turns = number("turns"), let calls = number("callsPerTurn"), let results = number("resultBytes"),
      let sources = number("sourceBytes"), let context = number("contextTokens"),
      let corrections = number("corrections"), let steps = number("stepsPerRound"), let rounds = number("rounds")
    else { return nil }
    self.init(
      turns: turns, callsPerTurn: calls, resultBytes: results, sourceBytes: sources, contextTokens: context,
      corrections: corrections, stepsPerRound: steps, rounds: rounds)
  }
}
