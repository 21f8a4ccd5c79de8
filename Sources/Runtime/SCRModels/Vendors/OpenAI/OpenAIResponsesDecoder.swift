import SCRHTTP
import SCRProtocol
import SCRRuntime

/// The events of a response, each of which names its kind in `type`.
struct OpenAIResponsesDecoder: StreamDecoder {
  private let settings: ProviderSettings
  private let requested: String
  private var parser = ServerSentEventParser()
  private var calls: ToolCallAssembly
  private var hasStarted = false
  private var hasRefused = false
  private(set) var isDone = false

  init(_ settings: ProviderSettings, model: String, idPrefix: String) {
    self.settings = settings
    requested = model
    calls = ToolCallAssembly(idPrefix: idPrefix)
  }

  mutating func feed(_ bytes: [UInt8], into events: inout [ModelEvent]) throws {
    var found: [ServerSentEvent] = []
    try parser.feed(bytes) { found.append($0) }
    for event in found where !isDone && !event.data.elementsEqual("[DONE]".utf8) {
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
      var (type, delta): (JSONView?, JSONView?)
      event.members { member in
        if member.isNamed("type") {
          type = member.value
        } else if member.isNamed("delta") {
          delta = member.value
        }
      }
      guard type?.isString("response.output_text.delta") == true, let text = delta?.string, !text.isEmpty else {
        return nil
      }
      return text
    }
  }

  mutating func end() throws -> [ModelEvent] {
    if isDone { return [] }
    throw StreamFailure.cut
  }

  private mutating func take(_ event: JSONValue) throws -> [ModelEvent] {
    let place = event["output_index"]?.integerValue ?? 0
    switch event["type"]?.stringValue {
    case "response.created", "response.in_progress": return start(event["response"])
    case "response.output_text.delta": return event.text("delta").map { [.text($0)] } ?? []
    case "response.refusal.delta":
      hasRefused = true
      return event.text("delta").map { [.text($0)] } ?? []
    case "response.reasoning_summary_text.delta", "response.reasoning_text.delta":
      return event.text("delta").map { [.reasoning($0)] } ?? []
    case "response.output_item.added": return try begin(place, event["item"])
    case "response.function_call_arguments.delta": return try calls.append(place, event.text("delta") ?? "")
    case "response.output_item.done": return try complete(place, event["item"])
    case "response.completed":
      return finish(event["response"], hasRefused ? .refusal : calls.isEmpty ? .stop : .toolCalls)
    case "response.incomplete":
      let isFiltered = event["response"]?["incomplete_details"]?["reason"] == "content_filter"
      return finish(event["response"], isFiltered ? .contentFilter : .length)
    case "response.failed": throw VendorFailure(json: event["response"]).error(settings)
    case "error": throw VendorFailure(json: event).error(settings)
    default: return []
    }
  }

  private mutating func start(_ response: JSONValue?) -> [ModelEvent] {
    if hasStarted { return [] }
    hasStarted = true
    let start = ModelStart(
      provider: settings.name, model: response?.text("model") ?? requested, id: response?.text("id"))
    return [.started(start)]
  }

  private mutating func begin(_ place: Int64, _ item: JSONValue?) throws -> [ModelEvent] {
    guard item?["type"] == "function_call" else { return [] }
    guard let name = item?.text("name") else { throw StreamFailure.malformed("a call without a name") }
    return try calls.begin(place, id: item?.text("call_id"), name: name)
  }

  private mutating func complete(_ place: Int64, _ item: JSONValue?) throws -> [ModelEvent] {
    switch item?["type"]?.stringValue {
    case "function_call":
      let begun = calls.contains(place) ? [] : try begin(place, item)
      return begun + calls.complete(place, arguments: item?["arguments"]?.stringValue)
    case "reasoning":
      let summary = item?["summary"]?.arrayValue?.compactMap { $0["text"]?.stringValue } ?? []
      let block = ModelReasoning(
        text: summary.joined(separator: "\n"), seal: item, kind: ProviderSettings.Kind.openaiResponses.rawValue)
      return [.reasoned(block)]
    default: return []
    }
  }

  private mutating func finish(_ response: JSONValue?, _ reason: ModelFinish) -> [ModelEvent] {
    isDone = true
    var events = start(response) + calls.completeAll()
    if let usage = response?["usage"], usage.objectValue != nil {
      events.append(
        .usage(
          ModelUsage(
            inputTokens: usage.tokens("input_tokens"), outputTokens: usage.tokens("output_tokens"),
            cachedTokens: usage.tokens("input_tokens_details", "cached_tokens"),
            reasoningTokens: usage.tokens("output_tokens_details", "reasoning_tokens"))))
    }
    return events + [.finished(reason)]
  }
}
