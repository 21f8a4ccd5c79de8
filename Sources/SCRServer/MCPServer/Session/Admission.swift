package import SCRProtocol

/// Decides what one request speaks, in the order of interface.md §2. Pure.
package struct Admission: Sendable {
  package enum Decision: Sendable {
    case serve(Era)
    case refuse(RPCError)
  }

  /// What `initialize` agreed on, if it came.
  package private(set) var legacyRevision: ProtocolRevision?
  private let isNative: @Sendable (String) -> Bool

  private static let removedFromModern: Set<String> = [
    "initialize", "ping", "logging/setLevel", "resources/subscribe", "resources/unsubscribe",
  ]
  private static let mcpMethods: Set<String> = [
    "server/discover", "tools/list", "tools/call", "resources/list", "resources/templates/list", "resources/read",
    "prompts/list", "prompts/get", "completion/complete", "subscriptions/listen", "tasks/get", "tasks/update",
    "tasks/cancel",
  ]

  package init(isNative: @escaping @Sendable (String) -> Bool) { self.isNative = isNative }

  package mutating func initialized(_ revision: ProtocolRevision) { legacyRevision = revision }

  @inline(__always)
  package func decide(_ method: String, _ meta: RequestMeta) -> Decision {
    if let version = meta.protocolVersion { return modern(method, version, meta) }
    if method == "initialize" || method == "ping" { return .serve(.legacy(legacyRevision ?? .november2025)) }
    if isNative(method) { return .serve(.native) }
    if let legacyRevision { return .serve(.legacy(legacyRevision)) }
    if Self.mcpMethods.contains(method) { return .refuse(Self.missing(meta)) }
    return .refuse(Self.unknown(method))
  }

  private func modern(_ method: String, _ version: String, _ meta: RequestMeta) -> Decision {
    guard version == ProtocolRevision.july2026.rawValue else { return .refuse(Self.unsupported(version)) }
    // What is gone is gone, however it is asked for.
    if Self.removedFromModern.contains(method) {
      return .refuse(
        RPCError(.methodNotFound, "the method \"\(method)\" was removed in revision \(version)", path: "method"))
    }
    guard meta.clientCapabilities?.isObject == true else { return .refuse(Self.missing(meta)) }
    return .serve(.modern(.july2026))
  }

  /// −32601 for a method that nobody offers.
  package static func unknown(_ method: String) -> RPCError {
    RPCError(.methodNotFound, "unknown method \"\(method.prefix(200))\"", path: "method")
  }

  private static func unsupported(_ version: String) -> RPCError {
    RPCError(
      .unsupportedVersion, "the protocol version \"\(version.prefix(100))\" is not supported",
      extra: [
        "supported": .array(ProtocolRevision.modern.map { .string($0.rawValue) }),
        "requested": .string(String(version.prefix(100))),
      ])
  }

  private static func missing(_ meta: RequestMeta) -> RPCError {
    var keys: [String] = []
    if meta.protocolVersion == nil { keys.append(MetaKey.protocolVersion.description) }
    if meta.clientCapabilities?.isObject != true { keys.append(MetaKey.clientCapabilities.description) }
    return RPCError(
      .invalidParams, "params._meta lacks \(keys.map { "\"\($0)\"" }.joined(separator: " and "))",
      path: "params._meta", hint: "send both keys with every request, or begin with \"initialize\"",
      extra: ["missing": .array(keys.map { .string($0) })])
  }
}
