import SCRProtocol
import SCRRuntime

/// The chunks of a chat completion, as a state. Forgives what servers compatible with OpenAI do differently: calls without
/// an index or an id, arguments as an object, no `[DONE]`, no usage.
struct OpenAIChatReading: Sendable {
  private let settings: ProviderSettings
  private let requested: String
  private var calls: ToolCallAssembly
  private var hasStarted = false
  private var usage: ModelUsage?
  private var finish: ModelFinish?
  private var hasRefused = false
  private(set) var isDone = false
  /// The key of the call that pieces without an index belong to.
  private var current: Int64 = -1

  init(_ settings: ProviderSettings, model: String, idPrefix: String) {
    self.settings = settings
    requested = model
    calls = ToolCallAssembly(idPrefix: idPrefix)
  }

  /// The text of a chunk that has nothing else to tell, as nearly all have; nil for any other.
  func text(of chunk: ArraySlice<UInt8>) -> String? {
    guard hasStarted else { return nil }
    return JSONView.look(at: chunk) { chunk in
      var (choices, delta, content): (JSONView?, JSONView?, JSONView?)
      var isPlain = true
      chunk.members { member in
        if member.isNamed("choices") {
          choices = member.value
        } else if member.isNamed("error") || member.isNamed("usage") {
          isPlain = isPlain && member.value.isNull
        }
      }
      guard isPlain, let choice = choices?.first else { return nil }
      choice.members { member in
        if member.isNamed("delta") {
          delta = member.value
        } else if member.isNamed("finish_reason") {
          isPlain = isPlain && member.value.isNull
        }
      }
      guard isPlain, let delta else { return nil }
      delta.members { member in
        if member.isNamed("content") {
          content = member.value
        } else if !member.isNamed("role") {
          isPlain = isPlain && member.value.isNull
        }
      }
      guard isPlain, let text = content?.string, !text.isEmpty else { return nil }
      return text
    }
  }

  mutating func take(_ chunk: JSONValue) throws -> [ModelEvent] {
    if let error = chunk["error"], !error.isNull { throw VendorFailure(json: chunk).error(settings) }
    var events: [ModelEvent] = []
    if !hasStarted {
      hasStarted = true
      events.append(
        .started(
          ModelStart(
            provider: settings.name, model: chunk.text("model") ?? requested, id: chunk.text("id"))))
    }
    if let counted = chunk["usage"], counted.objectValue != nil { usage = Self.usage(counted) }
    guard let choice = chunk["choices"]?.arrayValue?.first else { return events }
    if let delta = choice["delta"] ?? choice["message"] { events += try take(delta: delta) }
    if let reason = choice.text("finish_reason") { finish = Self.finish(reason) }
    return events
  }

  private mutating func take(delta: JSONValue) throws -> [ModelEvent] {
    var events: [ModelEvent] = []
    if let thought = delta.text("reasoning_content") ?? delta.text("reasoning") { events.append(.reasoning(thought)) }
    if let text = delta.text("content") { events.append(.text(text)) }
    if let refusal = delta.text("refusal") {
      hasRefused = true
      events.append(.text(refusal))
    }
    for part in delta["tool_calls"]?.arrayValue ?? [] { events += try take(call: part) }
    return events
  }

  private mutating func take(call part: JSONValue) throws -> [ModelEvent] {
    let function = part["function"]
    let id = part.text("id")
    let key = place(of: part, id: id, isNamed: function?.text("name") != nil)
    var events: [ModelEvent] = []
    if !calls.contains(key) {
      guard let name = function?.text("name") else { throw StreamFailure.malformed("a call without a name") }
      events += try calls.begin(key, id: id, name: name)
    }
    switch function?["arguments"] {
    case .string(let piece): events += try calls.append(key, piece)
    case .object(let whole): events += try calls.append(key, JSONValue.object(whole).jsonText)
    default: break
    }
    current = key
    return events
  }

  /// Without an index a new id or a name begins a new call.
  private func place(of part: JSONValue, id: String?, isNamed: Bool) -> Int64 {
    guard let index = part["index"]?.integerValue else {
      let isNew = current < 0 || (id.map { $0 != calls.id(of: current) } ?? isNamed)
      return isNew ? (current < 0 ? 1 << 32 : current + 1) : current
    }
    // Some give every call of a turn the index 0.
    if let id, let known = calls.id(of: index), known != id { return current >= 1 << 32 ? current + 1 : 1 << 32 }
    if id == nil, current >= 1 << 32, calls.contains(index) { return current }
    return index
  }

  /// The stream says that it is over, or ends.
  mutating func end() throws -> [ModelEvent] {
    if isDone { return [] }
    guard hasStarted, let finish else { throw StreamFailure.cut }
    isDone = true
    var events = calls.completeAll()
    if let usage { events.append(.usage(usage)) }
    let reason: ModelFinish = !calls.isEmpty && finish == .stop ? .toolCalls : hasRefused ? .refusal : finish
    return events + [.finished(reason)]
  }

  private static func finish(_ word: String) -> ModelFinish {
    switch word {
    case "length", "max_tokens": .length
    case "tool_calls", "function_call": .toolCalls
    case "content_filter": .contentFilter
    default: .stop
    }
  }

  private static func usage(_ json: JSONValue) -> ModelUsage {
    ModelUsage(
      inputTokens: json.tokens("prompt_tokens"), outputTokens: json.tokens("completion_tokens"),
      cachedTokens: json.tokens("prompt_tokens_details", "cached_tokens"),
      reasoningTokens: json.tokens("completion_tokens_details", "reasoning_tokens"))
  }
}
