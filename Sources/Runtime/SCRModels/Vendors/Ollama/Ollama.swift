import SCRHTTP
import SCRProtocol
import SCRRuntime

/// Ollama's own interface, which alone lets its context be set.
struct Ollama: VendorDialect {
  let settings: ProviderSettings

  /// A server behind a proxy may want a key; Ollama itself passes it by.
  var authorization: [HTTPHeader] { OpenAICommon.authorization(settings) }

  var listing: VendorListing? {
    VendorListing(path: "/api/tags") { json in
      json["models"]?.arrayValue?.compactMap { model in
        (model["name"] ?? model["model"])?.stringValue.map { ModelListing(id: $0) }
      }
    }
  }

  func call(_ request: ModelRequest, model: String) throws -> VendorCall {
    if settings.completesTexts { return try completion(request, model) }
    let encoding = OllamaEncoding(request: request, model: model, contextTokens: settings.contextTokens)
    let decoder = OllamaDecoder(
      settings, model: model, idPrefix: CallNames.prefix(request), promptBytes: encoding.promptBytes)
    return VendorCall(
      path: "/api/chat", body: encoding.body, streamType: "application/x-ndjson", stream: decoder, whole: decoder)
  }

  private func completion(_ request: ModelRequest, _ model: String) throws -> VendorCall {
    let encoding = OllamaCompletionEncoding(request: request, model: model, contextTokens: settings.contextTokens)
    let decoder = OllamaDecoder(
      settings, model: model, idPrefix: CallNames.prefix(request), promptBytes: encoding.prompt.utf8.count)
    return VendorCall(
      path: "/api/generate", body: try encoding.body(), streamType: "application/x-ndjson", stream: decoder,
      whole: decoder)
  }

  func embedding(_ texts: [String], model: String) -> VendorEmbedding? {
    let body: JSONValue = [
      "model": .string(model), "input": .array(texts.map { .string($0) }), "truncate": false,
      "options": ["num_ctx": JSONValue(settings.contextTokens)],
    ]
    return VendorEmbedding(path: "/api/embed", body: body) { json in
      guard let rows = json["embeddings"]?.arrayValue, rows.count == texts.count else { return nil }
      let vectors = rows.compactMap { Vector.read($0) }
      guard vectors.count == texts.count else { return nil }
      return ModelEmbeddings(
        model: json["model"]?.stringValue ?? model, vectors: vectors,
        usage: ModelUsage(inputTokens: json.tokens("prompt_eval_count")))
    }
  }
}
