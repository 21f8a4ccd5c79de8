import SCRHTTP
import SCRProtocol
import SCRRuntime

/// OpenAI's responses interface.
struct OpenAIResponses: VendorDialect {
  let settings: ProviderSettings

  var authorization: [HTTPHeader] { OpenAICommon.authorization(settings) }
  var listing: VendorListing? { OpenAICommon.listing }

  func call(_ request: ModelRequest, model: String) throws -> VendorCall {
    VendorCall(
      path: "/responses", body: try OpenAIResponsesEncoding(request: request, model: model).body(),
      streamType: "text/event-stream",
      stream: OpenAIResponsesDecoder(settings, model: model, idPrefix: CallNames.prefix(request)), whole: nil)
  }

  func embedding(_ texts: [String], model: String) -> VendorEmbedding? { OpenAICommon.embedding(texts, model) }
}
