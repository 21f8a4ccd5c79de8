package import SCRProtocol

extension AgentEntry {
  /// `{type: opened|said|answered|begun|returned, …}`.
  package var json: JSONValue {
    switch self {
    case .opened(let opening):
      [
        "type": "opened", "system": .string(opening.system), "user": .string(opening.user),
        "tools": .array(opening.tools.map { .string($0) }),
      ]
    case .said(let texts): ["type": "said", "texts": .array(texts.map { .string($0) })]
    case .answered(let response): response.journal
    case .begun(let call): ["type": "begun", "call": JSONValue(call)]
    case .returned(let call, let result):
      [
        "type": "returned", "call": JSONValue(call), "text": .string(result.text), "isError": .bool(result.isError),
        "bytes": JSONValue(result.bytes),
      ]
    }
  }

  /// Nil for what ``json`` never gives.
  package init?(json: JSONValue) {
    switch json["type"]?.stringValue {
    case "opened":
      guard let system = json["system"]?.stringValue, let user = json["user"]?.stringValue else { return nil }
      self = .opened(AgentOpening(system: system, user: user, tools: json["tools"].strings))
    case "said": self = .said(json["texts"].strings)
    case "answered":
      guard let response = ModelResponse(journal: json) else { return nil }
      self = .answered(response)
    case "begun":
      guard let call = json["call"]?.integerValue else { return nil }
      self = .begun(call: Int(clamping: call))
    case "returned":
      guard let call = json["call"]?.integerValue, let text = json["text"]?.stringValue,
        let isError = json["isError"]?.boolValue
      else { return nil }
      let bytes = json["bytes"]?.integerValue.map { Int(clamping: $0) }
      self = .returned(call: Int(clamping: call), AgentResult(text: text, isError: isError, bytes: bytes))
    default: return nil
    }
  }
}

extension JSONValue? {
  fileprivate var strings: [String] { (self?.arrayValue ?? []).compactMap(\.stringValue) }
}

extension ModelResponse {
  fileprivate var journal: JSONValue {
    var fields: JSONObject = ["type": "answered", "parts": .array(message.parts.compactMap(\.journal))]
    if let start {
      var members: JSONObject = ["provider": .string(start.provider), "model": .string(start.model)]
      members["id"] = start.id.map { .string($0) }
      for (name, isSo) in [
        ("scripted", start.isScripted), ("degraded", start.isDegraded), ("cached", start.isCached),
      ] where isSo { members[name] = true }
      fields["start"] = .object(members)
    }
    fields["usage"] = usage.json
    fields["finish"] = finish.map { .string($0.rawValue) }
    return .object(fields)
  }

  fileprivate init?(journal json: JSONValue) {
    guard let finish = json["finish"]?.stringValue.flatMap(ModelFinish.init),
      let usage = json["usage"].flatMap(ModelUsage.init(json:)), let parts = json["parts"]?.arrayValue
    else { return nil }
    self.init()
    if let start = json["start"], let provider = start["provider"]?.stringValue,
      let model = start["model"]?.stringValue
    {
      add(
        .started(
          ModelStart(
            provider: provider, model: model, id: start["id"]?.stringValue, isScripted: start["scripted"] == true,
            isDegraded: start["degraded"] == true, isCached: start["cached"] == true)))
    }
    for (place, part) in parts.enumerated() {
      guard let event = Self.event(part, place) else { return nil }
      add(event)
    }
    add(.usage(usage))
    add(.finished(finish))
  }

  private static func event(_ part: JSONValue, _ place: Int) -> ModelEvent? {
    if let text = part["text"]?.stringValue { return .text(text) }
    if let block = part["reasoning"], let text = block["text"]?.stringValue, let kind = block["kind"]?.stringValue {
      return .reasoned(ModelReasoning(text: text, seal: block["seal"], kind: kind))
    }
    guard let call = part["call"], let id = call["id"]?.stringValue, let name = call["name"]?.stringValue,
      let arguments = call["arguments"]?.objectValue
    else { return nil }
    return .toolCall(
      call: place,
      ModelToolCall(id: id, name: name, arguments: arguments, malformed: call["malformed"]?.stringValue))
  }
}

extension ModelMessage.Part {
  /// Nil for results, which no answer holds.
  fileprivate var journal: JSONValue? {
    switch self {
    case .text(let text): return ["text": .string(text)]
    case .reasoning(let block):
      var fields: JSONObject = ["text": .string(block.text), "kind": .string(block.kind)]
      fields["seal"] = block.seal
      return ["reasoning": .object(fields)]
    case .toolCall(let call):
      var fields: JSONObject = [
        "id": .string(call.id), "name": .string(call.name), "arguments": .object(call.arguments),
      ]
      fields["malformed"] = call.malformed.map { .string($0) }
      return ["call": .object(fields)]
    case .toolResult: return nil
    }
  }
}
