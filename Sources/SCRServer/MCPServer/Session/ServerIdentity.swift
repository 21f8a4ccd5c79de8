package import SCRProtocol

/// What a server says of itself.
package struct ServerIdentity: Sendable {
  package var implementation: Implementation
  /// How a model should use the server.
  package var instructions: String?
  /// How long `server/discover` may be cached, in milliseconds.
  package var discoverTTLMs: Int

  package init(implementation: Implementation, instructions: String? = nil, discoverTTLMs: Int = 3_600_000) {
    self.implementation = implementation
    self.instructions = instructions
    self.discoverTTLMs = discoverTTLMs
  }

  func discoverResult(_ offer: ServerOffer) -> JSONValue {
    var result: JSONObject = [
      "resultType": "complete",
      "supportedVersions": .array(ProtocolRevision.modern.map { .string($0.rawValue) }),
      "capabilities": .object(offer.capabilities(for: .july2026)),
    ]
    result["instructions"] = instructions.map { .string($0) }
    result["ttlMs"] = .init(discoverTTLMs)
    result["cacheScope"] = "public"
    result["_meta"] = serverInfo
    return .object(result)
  }

  func initializeResult(_ revision: ProtocolRevision, _ offer: ServerOffer) -> JSONValue {
    var result: JSONObject = [
      "protocolVersion": .string(revision.rawValue),
      "capabilities": .object(offer.capabilities(for: revision)),
      "serverInfo": implementation.json(for: revision),
    ]
    result["instructions"] = instructions.map { .string($0) }
    return .object(result)
  }

  /// `_meta` of modern results.
  var serverInfo: JSONValue { [MetaKey.serverInfo.description: implementation.json(for: .july2026)] }
}
