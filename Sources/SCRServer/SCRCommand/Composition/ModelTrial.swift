import SCRProtocol
import SCRRuntime
import Synchronization

/// One small request, and how it went.
struct ModelTrial: Sendable {
  /// As scripts know it.
  static let role = "test"

  private let response: ModelResponse
  private let firstWord: Duration
  private let total: Duration

  /// - Throws: ``ModelError``.
  static func run(_ provider: any ModelProvider, model: String?) async throws -> ModelTrial {
    let request = ModelRequest(
      messages: [.user("Answer with the single word: ready")], model: model, maxOutputTokens: 64,
      purpose: ModelPurpose(role: role))
    let clock = ContinuousClock()
    let start = clock.now
    let first = Mutex<ContinuousClock.Instant?>(nil)
    let response = try await provider.respond(to: request) { event in
      if case .started = event { return }
      first.withLock { $0 = $0 ?? clock.now }
    }
    let end = clock.now
    return ModelTrial(
      response: response, firstWord: start.duration(to: first.withLock { $0 } ?? end), total: start.duration(to: end))
  }

  /// `{provider, model, text, firstMs, totalMs, …}` with what ``ModelResponse/provenance`` has.
  var json: JSONObject {
    var fields = response.provenance.objectValue ?? [:]
    fields["text"] = .string(response.text)
    fields["firstMs"] = .integer(firstWord.milliseconds)
    fields["totalMs"] = .integer(total.milliseconds)
    return fields
  }

  var text: String {
    let start = response.start
    let usage = response.usage
    let said = response.text.prefix(60).map { $0.isNewline ? " " : $0 }
    let marks = response.isScripted ? "  (scripted)" : ""
    return """
      ✓ \(start?.provider ?? "")  \(TerminalText.visible(start?.model ?? ""))\(marks)
        first word \(firstWord.milliseconds) ms  whole answer \(total.milliseconds) ms
        tokens \(usage.inputTokens) in, \(usage.outputTokens) out  said: \(TerminalText.visible(String(said)))
      """
  }
}
