import SCRHTTP
import SCRModels
import SCRProtocol
import SCRRuntime
import SCRServer

/// Makes providers of what the configuration says. One that cannot work says why when it is asked: another may still do.
struct ModelMaker {
  let environment: [String: String]
  let readFile: (String) throws -> [UInt8]?
  let client: HTTPClient
  let clock: any RuntimeClock

  func make(_ name: String, _ entry: ModelProviderEntry) -> any ModelProvider {
    do throws(ModelError) {
      guard let kind = Self.kind(entry) else {
        return ScriptedProvider(name: name, script: try script(name, entry), clock: clock)
      }
      return HTTPModelProvider(try settings(name, kind, entry), client: client)
    } catch {
      let profile = ModelProfile(
        name: name, kind: entry.kind?.rawValue ?? "", model: entry.model, isScripted: entry.kind == .scripted)
      return UnusableProvider(profile: profile, error: error)
    }
  }

  /// Nil for a script.
  static func kind(_ entry: ModelProviderEntry) -> ProviderSettings.Kind? {
    switch entry.kind {
    case .openai: entry.interface == .responses ? .openaiResponses : .openai
    case .anthropic: .anthropic
    case .ollama: .ollama
    case .scripted, nil: nil
    }
  }

  private func settings(
    _ name: String, _ kind: ProviderSettings.Kind, _ entry: ModelProviderEntry
  ) throws(ModelError) -> ProviderSettings {
    try checkInterface(name, entry)
    var address: HTTPAddress?
    if let text = entry.baseURL {
      address = HTTPAddress(text)
      if address == nil {
        throw ModelError(
          .notConfigured, "the address of \(name) cannot be used",
          hint: "models.providers.\(name).baseURL is a plain http or https URL; a key goes into apiKey", provider: name)
      }
    }
    let timeouts = HTTPTimeouts(
      connect: .milliseconds(entry.connectTimeoutMs), firstByte: .milliseconds(entry.firstByteTimeoutMs),
      idle: .milliseconds(entry.idleTimeoutMs), total: .milliseconds(entry.totalTimeoutMs))
    return ProviderSettings(
      name: name, kind: kind, address: address, model: entry.model, key: try key(name, entry.apiKey),
      timeouts: timeouts, contextTokens: entry.numCtx, window: entry.window,
      completesTexts: entry.interface == .generate)
  }

  private func checkInterface(_ name: String, _ entry: ModelProviderEntry) throws(ModelError) {
    let allowed: [ModelProviderEntry.Interface] =
      switch entry.kind {
      case .openai: [.chat, .responses]
      case .ollama: [.chat, .generate]
      case .anthropic, .scripted, nil: [.chat]
      }
    if allowed.contains(entry.interface) { return }
    throw ModelError(
      .notConfigured, "\(name) has no interface \"\(entry.interface.rawValue)\"",
      hint: "models.providers.\(name).interface is one of \(allowed.map(\.rawValue).joined(separator: ", "))",
      provider: name)
  }

  private func key(_ name: String, _ reference: KeyReference?) throws(ModelError) -> ModelKey? {
    guard let reference else { return nil }
    let text: String?
    switch reference {
    case .variable(let variable): text = environment[variable]
    case .file(let path): text = try bytes(name, path).map { String(decoding: $0, as: UTF8.self) }
    }
    if let key = text.map({ ModelKey($0) }), !key.isEmpty { return key }
    throw ModelError(
      .auth, "the key of \(name) is missing: \(reference.place) holds none",
      hint: "set it, or change models.providers.\(name).apiKey", provider: name)
  }

  private func bytes(_ name: String, _ path: String) throws(ModelError) -> [UInt8]? {
    let home = environment["HOME"] ?? ""
    let whole = path.hasPrefix("~/") ? home + path.dropFirst() : path
    do { return try readFile(whole) } catch {
      throw ModelError(.notConfigured, "\(whole) cannot be read: \(error)", provider: name)
    }
  }

  private func script(_ name: String, _ entry: ModelProviderEntry) throws(ModelError) -> ModelScript {
    let path = entry.script ?? ""
    guard let bytes = try bytes(name, path) else {
      throw ModelError(
        .notConfigured, "there is no script \(path)", hint: "models.providers.\(name).script names it", provider: name)
    }
    let document: SourceDocument
    do throws(SourceError) { document = try SourceDocument.parse(bytes, file: path) } catch {
      throw ModelError(.notConfigured, error.description, provider: name, cause: error)
    }
    do throws(ShapeError) { return try ModelScript(json: document.value) } catch {
      let place = document.places[error.path].map { "\($0): " } ?? "\(path): "
      throw ModelError(
        .notConfigured, "\(place)\(error.path): \(error.message)", hint: error.hint, provider: name, cause: error)
    }
  }
}

/// A provider that is configured and cannot be used.
final class UnusableProvider: ModelProvider {
  let profile: ModelProfile
  let error: ModelError

  init(profile: ModelProfile, error: ModelError) {
    self.profile = profile
    self.error = error
  }

  func generate(
    _ request: ModelRequest, onEvent: @Sendable (ModelEvent) async throws -> Void
  ) async throws { throw error }

  func models() async throws -> [ModelListing] { throw error }
  func embed(_ texts: [String], model: String?) async throws -> ModelEmbeddings { throw error }
}
