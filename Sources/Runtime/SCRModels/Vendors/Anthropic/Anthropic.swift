import SCRHTTP
import SCRProtocol
import SCRRuntime

/// Anthropic's messages interface.
struct Anthropic: VendorDialect {
  let settings: ProviderSettings

  static let version = "2023-06-01"

  var authorization: [HTTPHeader] {
    [HTTPHeader("anthropic-version", Self.version)] + (settings.key.map { [HTTPHeader("x-api-key", $0.value)] } ?? [])
  }

  var listing: VendorListing? {
    VendorListing(path: "/v1/models?limit=1000") { json in
      json["data"]?.arrayValue?.compactMap { $0["id"]?.stringValue.map { ModelListing(id: $0) } }
    }
  }

  func call(_ request: ModelRequest, model: String) throws -> VendorCall {
    let encoding = AnthropicEncoding(request: request, model: model)
    let decoder = AnthropicDecoder(
      settings, model: model, idPrefix: CallNames.prefix(request), answerTool: encoding.answerTool)
    return VendorCall(
      path: "/v1/messages", body: encoding.body, streamType: "text/event-stream", stream: decoder, whole: nil)
  }
}
