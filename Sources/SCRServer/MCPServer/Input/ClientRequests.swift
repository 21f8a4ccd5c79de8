package import SCRProtocol

/// Asks the client in the middle of a request: by requests of our own where the revision has them, else by an
/// `input_required` result, while which the call waits for the client to come back.
package struct ClientRequests: Sendable {
  /// The other side of it.
  protocol Desk: Sendable {
    var capabilities: ClientCapabilities { get }
    func ask(_ requests: [String: InputRequest]) async throws -> [String: JSONValue]
  }

  private let desk: (any Desk)?

  init(_ desk: any Desk) { self.desk = desk }
  private init() { desk = nil }

  /// Nobody can be asked.
  package static let none = ClientRequests()

  /// What the client of this very request declared.
  package var capabilities: ClientCapabilities { desk?.capabilities ?? ClientCapabilities() }

  package func supports(_ request: InputRequest) -> Bool { request.isAllowed(by: capabilities) }

  /// Waits for all answers, for as long as the call lives; a client need never come back.
  ///
  /// - Returns: an answer for each key, of the shape that the method has: `ElicitResult` and its sisters.
  /// - Throws: `RPCError` −32021 for what the client did not declare; `RPCError` of a client that refused;
  ///   ``InputFailure`` when it did not come back in time; `CancellationError`.
  package func ask(_ requests: [String: InputRequest]) async throws -> [String: JSONValue] {
    if requests.isEmpty { return [:] }
    if let error = Self.refusal(requests, capabilities) { throw error }
    guard let desk else { return [:] }
    return try await desk.ask(requests)
  }

  /// Asks one thing.
  package func ask(_ request: InputRequest) async throws -> JSONValue {
    try await ask(["input": request])["input"] ?? .null
  }

  /// −32021 with the capabilities that `requests` need and the client lacks; nil if it has them all.
  static func refusal(_ requests: [String: InputRequest], _ client: ClientCapabilities) -> RPCError? {
    var missing: JSONObject = [:]
    for request in requests.values where !request.isAllowed(by: client) {
      for field in request.requiredCapabilities {
        var members = missing[field.key]?.objectValue ?? [:]
        for member in field.value.objectValue ?? [:] { members[member.key] = member.value }
        missing[field.key] = .object(members)
      }
    }
    if missing.isEmpty { return nil }
    let names = missing.keys.sorted().joined(separator: ", ")
    return RPCError(
      .missingCapability, "this needs a client that has declared \(names)",
      hint: "declare the capability, or do without what asks for it",
      extra: ["requiredCapabilities": .object(JSONObject(missing.sorted { $0.key < $1.key }))])
  }
}

/// Why a client that was asked gave no answer.
package enum InputFailure: Error, Sendable, Hashable {
  /// It did not come back in time.
  case expired
  /// Too many calls wait for it; the oldest gave way.
  case evicted
  /// It has closed the connection.
  case disconnected
}
