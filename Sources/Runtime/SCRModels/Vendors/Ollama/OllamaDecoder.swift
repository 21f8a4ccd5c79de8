import SCRHTTP
import SCRProtocol
import SCRRuntime

/// Lines of JSON, each with a piece of the message; the last has `done` and the counts.
struct OllamaDecoder: StreamDecoder {
  private let settings: ProviderSettings
  private let requested: String
  private let promptBytes: Int
  private var lines = LineSplitter()
  private var calls: ToolCallAssembly
  private var nextCall: Int64 = 0
  private var hasStarted = false
  private(set) var isDone = false

  /// No tokenizer makes tokens so long on average of what people and tools write: fewer tokens than this mean that a part
  /// of the prompt was left out.
  static let longestToken = 10

  init(_ settings: ProviderSettings, model: String, idPrefix: String, promptBytes: Int) {
    self.settings = settings
    self.promptBytes = promptBytes
    requested = model
    calls = ToolCallAssembly(idPrefix: idPrefix)
  }

  mutating func feed(_ bytes: [UInt8], into events: inout [ModelEvent]) throws {
    var found: [ArraySlice<UInt8>] = []
    try lines.feed(bytes) { if !$0.isEmpty { found.append($0) } }
    for line in found where !isDone {
      if let text = text(of: line) {
        events.append(.text(text))
      } else {
        events += try take(StreamFailure.json(line))
      }
    }
  }

  /// The text of a line that has nothing else to tell, as nearly all have; nil for any other.
  private func text(of line: ArraySlice<UInt8>) -> String? {
    guard hasStarted else { return nil }
    return JSONView.look(at: line) { line in
      var (message, content): (JSONView?, JSONView?)
      var isPlain = true
      line.members { member in
        if member.isNamed("message") {
          message = member.value
        } else if member.isNamed("response") {
          content = member.value
        } else if member.isNamed("done") {
          isPlain = isPlain && member.value.isFalse
        } else if member.isNamed("error") || member.isNamed("thinking") {
          isPlain = false
        }
      }
      // One interface has messages, the other texts.
      guard isPlain, (message == nil) != (content == nil) else { return nil }
      message?.members { member in
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

  /// The last line may lack its end.
  mutating func end() throws -> [ModelEvent] {
    if isDone { return [] }
    var events: [ModelEvent] = []
    if !lines.rest.isEmpty {
      guard let last = try? JSONParser.parse(lines.rest) else { throw StreamFailure.cut }
      events = try take(last)
    }
    guard isDone else { throw StreamFailure.cut }
    return events
  }

  private mutating func take(_ line: JSONValue) throws -> [ModelEvent] {
    if line["error"] != nil { throw VendorFailure(json: line).error(settings) }
    var events: [ModelEvent] = []
    if !hasStarted {
      hasStarted = true
      events.append(.started(ModelStart(provider: settings.name, model: line.text("model") ?? requested)))
    }
    // Raw completion has its text and its thoughts beside everything else.
    let message = line["message"] ?? line
    if let thought = message.text("thinking") { events.append(.reasoning(thought)) }
    if let text = message.text("content") ?? message.text("response") { events.append(.text(text)) }
    for call in message["tool_calls"]?.arrayValue ?? [] { events += try take(call: call) }
    if line["done"] == true { events += try finish(line) }
    return events
  }

  private mutating func take(call: JSONValue) throws -> [ModelEvent] {
    guard let name = call["function"]?.text("name") else { throw StreamFailure.malformed("a call without a name") }
    let key = nextCall
    nextCall += 1
    let arguments = call["function"]?["arguments"]
    return try calls.begin(key, id: call.text("id"), name: name)
      + calls.complete(key, arguments: arguments?.stringValue ?? arguments?.jsonText)
  }

  private mutating func finish(_ line: JSONValue) throws -> [ModelEvent] {
    isDone = true
    let read = line.tokens("prompt_eval_count")
    try checkCut(read)
    let usage = ModelUsage(inputTokens: read, outputTokens: line.tokens("eval_count"))
    let reason: ModelFinish = line["done_reason"] == "length" ? .length : calls.isEmpty ? .stop : .toolCalls
    return [.usage(usage), .finished(reason)]
  }

  /// Servers that cut a prompt to their context say so nowhere, but count what they read.
  private func checkCut(_ read: Int64) throws {
    guard read > 0 else { return }
    guard read >= settings.contextTokens || Int64(promptBytes) > read * Int64(Self.longestToken) else { return }
    throw ModelError(
      .contextTooLong,
      "\(settings.name) read only \(read) tokens of a prompt of \(promptBytes) bytes: the rest did not fit",
      hint: "raise models.providers.\(settings.name).numCtx (now \(settings.contextTokens)), or give it less",
      provider: settings.name)
  }
}
