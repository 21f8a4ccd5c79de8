/// The LLM seam. A provider turns a request into events that end with ``ModelEvent/finished(_:)``, or throws.
///
/// An implementation reports a connection that breaks off as ``ModelError/Code/cut`` and never as an orderly end.
package protocol ModelProvider: Sendable {
  var profile: ModelProfile { get }

  /// Events come in order, and the provider reads no further while `onEvent` runs. Cancelling the task closes the stream.
  ///
  /// - Throws: ``ModelError``, `CancellationError`, or what `onEvent` threw.
  func generate(
    _ request: ModelRequest, onEvent: @Sendable (ModelEvent) async throws -> Void
  ) async throws

  /// The models that the provider offers, as it names them.
  /// - Throws: ``ModelError``; `unsupported` where there is no such list.
  func models() async throws -> [ModelListing]

  /// One vector per text, in the order of the texts.
  /// - Throws: ``ModelError``; `unsupported` where the provider has none.
  func embed(_ texts: [String], model: String?) async throws -> ModelEmbeddings

  /// Asks for as little as shows that the provider is reached and accepts the key.
  /// - Throws: ``ModelError``.
  func ping() async throws

  /// Answers that tasks have from earlier lives of the runtime, told before anything more is asked for them. Those of other
  /// providers may be among them, and some may have been told before.
  func recall(_ answers: [ModelStart])
}

extension ModelProvider {
  package var name: String { profile.name }

  package func recall(_ answers: [ModelStart]) {}

  package func models() async throws -> [ModelListing] {
    throw ModelError(.unsupported, "\(profile.name) has no list of models", provider: profile.name)
  }

  package func embed(_ texts: [String], model: String?) async throws -> ModelEmbeddings {
    throw ModelError(.unsupported, "\(profile.name) makes no embeddings", provider: profile.name)
  }

  package func ping() async throws { _ = try await models() }

  /// The whole answer, while `onEvent` sees it come.
  ///
  /// - Throws: as ``generate(_:onEvent:)``, with the model that was asked; `malformed` for a stream that ended without a
  ///   reason.
  package func respond(
    to request: ModelRequest, onEvent: @escaping @Sendable (ModelEvent) async throws -> Void = { _ in }
  ) async throws -> ModelResponse {
    let gathering = ResponseGathering()
    do {
      try await generate(request) { event in
        gathering.add(event)
        try await onEvent(event)
      }
      let response = gathering.response
      guard response.finish != nil else {
        throw ModelError(.malformed, "the answer of \(profile.name) has no end", provider: profile.name)
      }
      return response
    } catch var error as ModelError {
      // Behind one provider may stand others, which have other models.
      if error.provider ?? name == name { error.model = error.model ?? request.model ?? profile.model }
      throw error
    }
  }
}

/// Who a provider is.
package struct ModelProfile: Sendable, Hashable {
  /// Its name in the configuration.
  package var name: String
  /// The interface it speaks: `openai`, `anthropic`, `ollama`, `scripted`.
  package var kind: String
  /// What it uses where a request names no model; nil if requests must.
  package var model: String?
  /// Its answers were written by hand. Every result made with it says so.
  package var isScripted: Bool
  /// Tokens of prompt and answer together that its model takes; nil where nobody says.
  package var contextTokens: Int?

  package init(
    name: String, kind: String, model: String? = nil, isScripted: Bool = false, contextTokens: Int? = nil
  ) {
    self.name = name
    self.kind = kind
    self.model = model
    self.isScripted = isScripted
    self.contextTokens = contextTokens
  }
}

/// A model that a provider offers.
package struct ModelListing: Sendable, Hashable {
  package var id: String
  /// Tokens of prompt and answer together, if the provider says.
  package var contextLength: Int?

  package init(id: String, contextLength: Int? = nil) {
    self.id = id
    self.contextLength = contextLength
  }
}

package struct ModelEmbeddings: Sendable, Hashable {
  package var model: String
  package var vectors: [[Float]]
  package var usage: ModelUsage

  package init(model: String, vectors: [[Float]], usage: ModelUsage = ModelUsage()) {
    self.model = model
    self.vectors = vectors
    self.usage = usage
  }
}
