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

  /// Only what is there is advertised: in the modern era list changes need `subscriptions/listen`.
  var discoverResult: JSONValue {
    var result: JSONObject = [
      "resultType": "complete",
      "supportedVersions": .array(ProtocolRevision.modern.map { .string($0.rawValue) }),
      "capabilities": ["tools": [:]],
    ]
    result["instructions"] = instructions.map { .string($0) }
    result["ttlMs"] = .init(discoverTTLMs)
    result["cacheScope"] = "public"
    result["_meta"] = serverInfo
    return .object(result)
  }

  func initializeResult(_ revision: ProtocolRevision, listChanged: Bool) -> JSONValue {
    var result: JSONObject = [
      "protocolVersion": .string(revision.rawValue),
      "capabilities": ["tools": listChanged ? ["listChanged": true] : [:]],
      "serverInfo": implementation.json(for: revision),
    ]
    result["instructions"] = instructions.map { .string($0) }
    return .object(result)
  }

  /// `_meta` of modern results.
  var serverInfo: JSONValue { [MetaKey.serverInfo.description: implementation.json(for: .july2026)] }
}
