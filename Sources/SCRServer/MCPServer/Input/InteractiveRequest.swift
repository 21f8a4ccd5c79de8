import SCRConnection
import SCRProtocol

/// A request in whose middle the client may be asked: `tools/call`, `prompts/get`, `resources/read`.
struct InteractiveRequest: Sendable {
  let id: RequestID
  let method: String
  /// The name, or the URI.
  let subject: String
  let params: JSONSlice?
  let meta: JSONSlice?
  let progressToken: JSONSlice?
  let era: Era
  let client: ClientSession.Client
  let connection: Connection

  /// What a retry brings back, read only in the modern era.
  struct Retry {
    var responses: [String: JSONValue] = [:]
    var state: String?
  }

  /// - Throws: `RPCError` −32602. Responses that are null are none.
  func retry() throws(RPCError) -> Retry {
    var retry = Retry()
    guard let members = params?.members("inputResponses", "requestState", "arguments") else { return retry }
    if let state = members.1 {
      guard let text = state.string else { throw RequestStateSeal.error("must be a string") }
      retry.state = text
    }
    guard let responses = members.0, !responses.isNull else { return retry }
    guard let fields = try? responses.value().objectValue else {
      throw RPCError(
        .invalidParams, "\"inputResponses\" must be an object with the keys that were asked for",
        path: "params.inputResponses")
    }
    for field in fields { retry.responses[field.key] = field.value }
    return retry
  }

  /// What the request is about; an answer to it is good for nothing else.
  func digest() throws(RPCError) -> RequestStateSeal.Digest {
    let arguments: JSONValue?
    do throws(JSONParseError) { arguments = try params?.member("arguments")?.value() } catch {
      throw RPCError(.invalidParams, "the arguments are too large: \(error)", path: "params.arguments")
    }
    return RequestStateSeal.digest(method: method, subject: subject, arguments: arguments)
  }

  var logLevel: LoggingLevel? {
    era.isModern ? meta?.member(MetaKey.logLevel)?.string.flatMap(LoggingLevel.init) : client.logLevel
  }
}
