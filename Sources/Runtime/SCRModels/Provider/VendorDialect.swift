import SCRHTTP
import SCRProtocol
import SCRRuntime

/// How one vendor's interface is spoken: pure translations, without a connection.
protocol VendorDialect: Sendable {
  var settings: ProviderSettings { get }

  /// The headers that name the key.
  var authorization: [HTTPHeader] { get }

  /// - Throws: ``ModelError`` `unsupported` for what the interface cannot say.
  func call(_ request: ModelRequest, model: String) throws -> VendorCall

  /// Where the list of models is found.
  var listing: VendorListing? { get }

  /// - Returns: nil where the vendor makes no embeddings.
  func embedding(_ texts: [String], model: String) -> VendorEmbedding?
}

extension VendorDialect {
  func embedding(_ texts: [String], model: String) -> VendorEmbedding? { nil }
}

/// A request as it goes out, and who reads its answer.
struct VendorCall: Sendable {
  var path: String
  var body: JSONValue
  /// Of the answer's stream: `text/event-stream` or `application/x-ndjson`.
  var streamType: String
  var stream: any StreamDecoder
  /// For a provider that answers in one piece all the same.
  var whole: (any StreamDecoder)?
}

struct VendorListing: Sendable {
  var path: String
  var read: @Sendable (JSONValue) -> [ModelListing]?
}

struct VendorEmbedding: Sendable {
  var path: String
  var body: JSONValue
  /// In the order of the texts; nil for what is no such answer.
  var read: @Sendable (JSONValue) -> ModelEmbeddings?
}

/// Names of calls that come without one: unique in their conversation.
enum CallNames {
  static func prefix(_ request: ModelRequest) -> String {
    "call_\(request.messages.reduce(0) { $0 + $1.toolCalls.count })_"
  }
}
