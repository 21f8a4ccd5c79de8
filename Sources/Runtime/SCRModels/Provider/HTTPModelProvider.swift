package import SCRHTTP
import SCRProtocol
package import SCRRuntime

/// A provider that is reached by HTTP: sends what its dialect says, and hands on what its decoder reads.
package final class HTTPModelProvider: ModelProvider {
  package let profile: ModelProfile
  private let settings: ProviderSettings
  private let dialect: any VendorDialect
  private let client: HTTPClient

  package init(_ settings: ProviderSettings, client: HTTPClient) {
    self.settings = settings
    self.client = client
    profile = ModelProfile(
      name: settings.name, kind: settings.kind.rawValue, model: settings.model, contextTokens: settings.window)
    dialect =
      switch settings.kind {
      case .openai: OpenAIChat(settings: settings)
      case .openaiResponses: OpenAIResponses(settings: settings)
      case .anthropic: Anthropic(settings: settings)
      case .ollama: Ollama(settings: settings)
      }
  }

  package func generate(
    _ request: ModelRequest, onEvent: @Sendable (ModelEvent) async throws -> Void
  ) async throws {
    let model = try model(request.model)
    let call: VendorCall
    do { call = try dialect.call(request, model: model) } catch let error as ModelError { throw named(error) }
    let sent = try self.request("POST", call.path, body: call.body)
    try await exchange(sent) { answer in
      guard answer.status == 200 else { throw try await failure(answer) }
      var decoder = try reader(of: call, type: answer.head["content-type"] ?? "")
      var events: [ModelEvent] = []
      while let bytes = try await answer.next() {
        events.removeAll(keepingCapacity: true)
        let outcome = Result { try decoder.feed(bytes, into: &events) }
        for event in events { try await onEvent(event) }
        try outcome.get()
        if decoder.isDone { return }
      }
      for event in try decoder.end() { try await onEvent(event) }
    }
  }

  package func models() async throws -> [ModelListing] {
    guard let listing = dialect.listing else {
      throw ModelError(.unsupported, "\(name) has no list of models", provider: name)
    }
    let json = try await json(try request("GET", listing.path))
    guard let models = listing.read(json) else { throw wrong("a list of models") }
    return models
  }

  package func embed(_ texts: [String], model: String?) async throws -> ModelEmbeddings {
    guard let embedding = dialect.embedding(texts, model: try self.model(model)) else {
      throw ModelError(.unsupported, "\(name) makes no embeddings", provider: name)
    }
    if texts.isEmpty { return ModelEmbeddings(model: try self.model(model), vectors: []) }
    let json = try await json(try request("POST", embedding.path, body: embedding.body))
    guard let embeddings = embedding.read(json) else { throw wrong("one vector per text") }
    return embeddings
  }

  // MARK: Parts

  private func model(_ wanted: String?) throws -> String {
    if let model = wanted ?? settings.model { return model }
    throw ModelError(
      .invalidRequest, "no model is named for \(name)", hint: "set models.providers.\(name).model", provider: name)
  }

  private func request(_ method: String, _ path: String, body: JSONValue? = nil) throws -> HTTPRequest {
    guard let address = settings.address.appending(path) else {
      throw ModelError(.invalidRequest, "the address of \(name) cannot be used", provider: name)
    }
    let type = body == nil ? [] : [HTTPHeader("Content-Type", "application/json")]
    return HTTPRequest(
      method, address, headers: dialect.authorization + type + [HTTPHeader("User-Agent", "scr")], body: body?.encoded,
      timeouts: settings.timeouts)
  }

  private func json(_ request: HTTPRequest) async throws -> JSONValue {
    try await exchange(request) { answer in
      guard answer.status == 200 else { throw try await failure(answer) }
      return try StreamFailure.json(try await answer.rest())
    }
  }

  private func exchange<Value>(
    _ request: HTTPRequest, _ body: (HTTPAnswer) async throws -> Value
  ) async throws -> Value {
    do {
      return try await client.exchange(request, body)
    } catch let error as HTTPError {
      throw ModelError(error, settings)
    } catch let error as StreamTooLarge {
      throw ModelError(.tooLarge, "\(name): \(error)", provider: name, cause: error)
    } catch let error as ModelError {
      throw named(error)
    }
  }

  /// What a pure part threw does not know whose it is.
  private func named(_ error: ModelError) -> ModelError {
    guard error.provider == nil else { return error }
    var error = error
    error.provider = name
    error.message = "\(name): \(error.message)"
    return error
  }

  private func failure(_ answer: HTTPAnswer) async throws -> ModelError {
    let body = try await answer.rest(keeping: VendorFailure.bodyLimit)
    return VendorFailure(status: answer.status, body: body).error(settings, head: answer.head)
  }

  /// - Throws: `malformed` for an answer that is no stream and no JSON, such as a page of a proxy.
  private func reader(of call: VendorCall, type: String) throws -> any StreamDecoder {
    let type = type.lowercased()
    if type.hasPrefix(call.streamType) { return call.stream }
    if type.hasPrefix("application/json"), let whole = call.whole { return whole }
    var error = wrong("\(call.streamType), but \(type.isEmpty ? "nothing by name" : String(type.prefix(60)))")
    error.hint = "is models.providers.\(name).baseURL right? (\(settings.address))"
    error.status = 200
    throw error
  }

  private func wrong(_ wanted: String) -> ModelError {
    ModelError(.malformed, "\(name) did not answer with \(wanted)", provider: name, status: 200)
  }
}
