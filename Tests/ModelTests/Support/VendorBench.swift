import SCRHTTP
import SCRProtocol
import SCRRuntime
import SCRTestSupport

@testable import SCRModels

/// A provider in front of a server of ours.
struct VendorBench {
  static let key = "sk-very-secret-key"

  let server: TestHTTPServer
  let provider: HTTPModelProvider

  init(
    _ kind: ProviderSettings.Kind, timeouts: HTTPTimeouts = HTTPTimeouts(), contextTokens: Int = 8192,
    _ handler: @escaping TestHTTPServer.Handler
  ) throws {
    server = try TestHTTPServer(handler)
    provider = HTTPModelProvider(
      try Self.settings(kind, server.address, timeouts: timeouts, contextTokens: contextTokens), client: HTTPClient())
  }

  static func settings(
    _ kind: ProviderSettings.Kind, _ address: String = "http://127.0.0.1:1", timeouts: HTTPTimeouts = HTTPTimeouts(),
    contextTokens: Int = 8192
  ) throws -> ProviderSettings {
    guard let address = HTTPAddress(address) else { throw HTTPError(.badRequest, "no address") }
    return ProviderSettings(
      name: "vendor", kind: kind, address: address, model: "m-0", key: ModelKey(key), timeouts: timeouts,
      contextTokens: contextTokens)
  }

  static func dialect(_ kind: ProviderSettings.Kind) throws -> any VendorDialect {
    let settings = try settings(kind)
    switch kind {
    case .openai: return OpenAIChat(settings: settings)
    case .openaiResponses: return OpenAIResponses(settings: settings)
    case .anthropic: return Anthropic(settings: settings)
    case .ollama: return Ollama(settings: settings)
    }
  }

  /// The body that would be sent.
  static func body(_ kind: ProviderSettings.Kind, _ request: ModelRequest) throws -> JSONValue {
    try dialect(kind).call(request, model: "m-0").body
  }

  /// The events of an answer that comes in these pieces.
  static func events(
    _ kind: ProviderSettings.Kind, _ pieces: [[UInt8]], request: ModelRequest = VendorSample.request
  ) throws -> [ModelEvent] {
    var decoder = try dialect(kind).call(request, model: "m-0").stream
    var events: [ModelEvent] = []
    for piece in pieces where !decoder.isDone { try decoder.feed(piece, into: &events) }
    return events + (try decoder.end())
  }

  static func events(
    _ kind: ProviderSettings.Kind, _ text: String, request: ModelRequest = VendorSample.request
  ) throws -> [ModelEvent] { try events(kind, [Array(text.utf8)], request: request) }

  /// All events of one request.
  func ask(_ request: ModelRequest = VendorSample.request) async throws -> [ModelEvent] {
    let signal = Signal<ModelEvent>()
    try await provider.generate(request) { signal.fire($0) }
    return signal.all
  }

  func failure(_ request: ModelRequest = VendorSample.request) async -> ModelError? {
    do { _ = try await ask(request) } catch let error as ModelError { return error } catch {}
    return nil
  }
}
