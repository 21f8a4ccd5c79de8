/// What a modern request says of itself in `params._meta`, read without building a tree.
package struct RequestMeta: Sendable {
  /// Nil where the key is missing; that decides the era.
  package let protocolVersion: String?
  package let clientCapabilities: JSONSlice?
  package let progressToken: JSONSlice?

  package init(_ meta: JSONSlice?) {
    let members = meta?.members(MetaKey.protocolVersion, MetaKey.clientCapabilities, MetaKey.progressToken)
    protocolVersion = members?.0?.string
    clientCapabilities = members?.1
    progressToken = members?.2
  }
}

extension RequestMeta {
  /// `_meta` of a request of ours in the modern era.
  package static func json(
    client: Implementation, capabilities: JSONObject, progressToken: RequestID?, extra: JSONObject = [:]
  ) -> JSONValue {
    var fields: JSONObject = [
      MetaKey.protocolVersion.description: .string(ProtocolRevision.july2026.rawValue),
      MetaKey.clientInfo.description: client.json(for: .july2026),
      MetaKey.clientCapabilities.description: .object(capabilities),
    ]
    fields["progressToken"] = progressToken?.json
    for field in extra { fields[field.key] = field.value }
    return .object(fields)
  }
}
