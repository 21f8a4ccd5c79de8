import SCRHTTP
import SCRProtocol
import SCRRuntime

/// OpenAI's chat completions, and everybody compatible with them.
struct OpenAIChat: VendorDialect {
  let settings: ProviderSettings

  var authorization: [HTTPHeader] { OpenAICommon.authorization(settings) }
  var listing: VendorListing? { OpenAICommon.listing }

  func call(_ request: ModelRequest, model: String) throws -> VendorCall {
    let encoding = OpenAIChatEncoding(
      request: request, model: model, isVendor: settings.address.host.hasSuffix("openai.com"))
    let reading = OpenAIChatReading(settings, model: model, idPrefix: CallNames.prefix(request))
    return VendorCall(
      path: "/chat/completions", body: encoding.body, streamType: "text/event-stream",
      stream: OpenAIChatDecoder(reading), whole: OpenAIChatWhole(reading))
  }

  func embedding(_ texts: [String], model: String) -> VendorEmbedding? { OpenAICommon.embedding(texts, model) }
}

/// What both of OpenAI's interfaces share.
enum OpenAICommon {
  static func authorization(_ settings: ProviderSettings) -> [HTTPHeader] {
    settings.key.map { [HTTPHeader("Authorization", "Bearer \($0.value)")] } ?? []
  }

  static let listing = VendorListing(path: "/models") { json in
    json["data"]?.arrayValue?.compactMap { model in
      model["id"]?.stringValue.map { id in
        let length = model["context_length"]?.integerValue ?? model["max_model_len"]?.integerValue
        return ModelListing(id: id, contextLength: length.map { Int($0) })
      }
    }
  }

  static func embedding(_ texts: [String], _ model: String) -> VendorEmbedding {
    let body: JSONValue = ["model": .string(model), "input": .array(texts.map { .string($0) })]
    return VendorEmbedding(path: "/embeddings", body: body) { json in
      guard let rows = json["data"]?.arrayValue, rows.count == texts.count else { return nil }
      var vectors = [[Float]](repeating: [], count: rows.count)
      for (place, row) in rows.enumerated() {
        let index = row["index"]?.integerValue.map { Int($0) } ?? place
        guard vectors.indices.contains(index), let vector = Vector.read(row["embedding"]) else { return nil }
        vectors[index] = vector
      }
      guard !vectors.contains(where: \.isEmpty) else { return nil }
      return ModelEmbeddings(
        model: json["model"]?.stringValue ?? model, vectors: vectors,
        usage: ModelUsage(inputTokens: json.tokens("usage", "prompt_tokens")))
    }
  }
}

enum Vector {
  /// Nil for anything but a list of numbers.
  static func read(_ json: JSONValue?) -> [Float]? {
    guard let values = json?.arrayValue else { return nil }
    let numbers = values.compactMap(\.doubleValue)
    return numbers.count == values.count ? numbers.map { Float($0) } : nil
  }
}
