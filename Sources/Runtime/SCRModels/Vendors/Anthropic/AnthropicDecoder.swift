import SCRHTTP
import SCRProtocol
import SCRRuntime

/// The events of a message (Anthropic API reference, "Streaming Messages"): blocks, each with its beginning, deltas and end.
struct AnthropicDecoder: StreamDecoder {
  private enum Block: Sendable {
    case text
    case tool
    /// The tool by which the answer is given: its arguments are the text.
    case answer(hasText: Bool)
    case thinking(text: String, signature: String)
    case sealed(JSONValue)
  }

  private let settings: ProviderSettings
  private let requested: String
  private let answerTool: String?
  private var parser = ServerSentEventParser()
  private var calls: ToolCallAssembly
  private var blocks: [Int64: Block] = [:]
  private var usage = ModelUsage()
  private var finish: ModelFinish?
  private(set) var isDone = false

  init(_ settings: ProviderSettings, model: String, idPrefix: String, answerTool: String?) {
    self.settings = settings
    self.answerTool = answerTool
    requested = model
    calls = ToolCallAssembly(idPrefix: idPrefix)
  }

  mutating func feed(_ bytes: [UInt8], into events: inout [ModelEvent]) throws {
    var found: [ServerSentEvent] = []
    try parser.feed(bytes) { found.append($0) }
    for event in found where !isDone {
      if let text = text(of: event.data) {
        events.append(.text(text))
      } else {
        events += try take(StreamFailure.json(event.data))
      }
    }
  }

  /// The text of an event that is a piece of it, as nearly all are; nil for any other.
  private func text(of event: ArraySlice<UInt8>) -> String? {
    JSONView.look(at: event) { event in
      var (type, delta, index, kind, text): (JSONView?, JSONView?, JSONView?, JSONView?, JSONView?)
      event.members { member in
        if member.isNamed("type") {
          type = member.value
        } else if member.isNamed("delta") {
          delta = member.value
        } else if member.isNamed("index") {
          index = member.value
        }
      }
      guard type?.isString("content_block_delta") == true, let place = index?.integer, case .text = blocks[place] else {
        return nil
      }
      delta?.members { member in
        if member.isNamed("type") {
          kind = member.value
        } else if member.isNamed("text") {
          text = member.value
        }
      }
      guard kind?.isString("text_delta") == true, let piece = text?.string, !piece.isEmpty else { return nil }
      return piece
    }
  }

  mutating func end() throws -> [ModelEvent] {
    if isDone { return [] }
    throw StreamFailure.cut
  }

  private mutating func take(_ event: JSONValue) throws -> [ModelEvent] {
    let place = event["index"]?.integerValue ?? 0
    switch event["type"]?.stringValue {
    case "message_start":
      let message = event["message"]
      count(message?["usage"])
      let model = message?.text("model") ?? requested
      return [.started(ModelStart(provider: settings.name, model: model, id: message?.text("id")))]
    case "content_block_start": return try begin(place, event["content_block"] ?? .null)
    case "content_block_delta": return try append(place, event["delta"] ?? .null)
    case "content_block_stop": return end(place)
    case "message_delta":
      count(event["usage"])
      finish = event["delta"]?.text("stop_reason").map(reason) ?? finish
      return []
    case "message_stop":
      guard let finish else { throw StreamFailure.malformed("an end without a reason") }
      isDone = true
      return calls.completeAll() + [.usage(usage), .finished(finish)]
    case "error": throw VendorFailure(json: event).error(settings)
    default: return []
    }
  }

  private mutating func begin(_ place: Int64, _ block: JSONValue) throws -> [ModelEvent] {
    switch block["type"]?.stringValue {
    case "text":
      blocks[place] = .text
      return block.text("text").map { [.text($0)] } ?? []
    case "thinking":
      blocks[place] = .thinking(text: block["thinking"]?.stringValue ?? "", signature: "")
    case "redacted_thinking": blocks[place] = .sealed(block)
    case "tool_use":
      guard let name = block.text("name") else { throw StreamFailure.malformed("a call without a name") }
      if name == answerTool {
        blocks[place] = .answer(hasText: false)
        return []
      }
      blocks[place] = .tool
      return try calls.begin(place, id: block.text("id"), name: name)
    default: break
    }
    return []
  }

  private mutating func append(_ place: Int64, _ delta: JSONValue) throws -> [ModelEvent] {
    switch (blocks[place], delta["type"]?.stringValue) {
    case (.text, "text_delta"): return delta.text("text").map { [.text($0)] } ?? []
    case (.tool, "input_json_delta"): return try calls.append(place, delta.text("partial_json") ?? "")
    case (.answer, "input_json_delta"):
      guard let piece = delta.text("partial_json") else { return [] }
      blocks[place] = .answer(hasText: true)
      return [.text(piece)]
    case (.thinking(let text, let signature), "thinking_delta"):
      guard let piece = delta.text("thinking") else { return [] }
      blocks[place] = .thinking(text: text + piece, signature: signature)
      return [.reasoning(piece)]
    case (.thinking(let text, let signature), "signature_delta"):
      blocks[place] = .thinking(text: text, signature: signature + (delta.text("signature") ?? ""))
      return []
    case (nil, _): throw StreamFailure.malformed("a piece of a block that did not begin")
    default: return []
    }
  }

  private mutating func end(_ place: Int64) -> [ModelEvent] {
    let kind = ProviderSettings.Kind.anthropic.rawValue
    switch blocks.removeValue(forKey: place) {
    case .tool: return calls.complete(place)
    case .answer(hasText: false): return [.text("{}")]
    case .thinking(let text, let signature):
      let seal: JSONValue = ["type": "thinking", "thinking": .string(text), "signature": .string(signature)]
      return [.reasoned(ModelReasoning(text: text, seal: seal, kind: kind))]
    case .sealed(let block): return [.reasoned(ModelReasoning(text: "", seal: block, kind: kind))]
    default: return []
    }
  }

  /// Later counts replace earlier ones; what an event does not name stays.
  private mutating func count(_ json: JSONValue?) {
    guard let json, json.objectValue != nil else { return }
    if json["cache_read_input_tokens"] != nil { usage.cachedTokens = json.tokens("cache_read_input_tokens") }
    if json["cache_creation_input_tokens"] != nil {
      usage.cacheWriteTokens = json.tokens("cache_creation_input_tokens")
    }
    if json["input_tokens"] != nil {
      // This vendor counts what came from its cache apart.
      usage.inputTokens = json.tokens("input_tokens") + usage.cachedTokens + usage.cacheWriteTokens
    }
    if json["output_tokens"] != nil { usage.outputTokens = json.tokens("output_tokens") }
  }

  private func reason(_ word: String) -> ModelFinish {
    switch word {
    case "max_tokens", "model_context_window_exceeded": .length
    case "tool_use": answerTool == nil ? .toolCalls : .stop
    case "refusal": .refusal
    default: .stop
    }
  }
}
