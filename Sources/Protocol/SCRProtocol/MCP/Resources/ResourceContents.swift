/// One part of what a resource holds: text, or bytes in Base64 (MCP `TextResourceContents`, `BlobResourceContents`).
package struct ResourceContents: Sendable, Hashable {
  package enum Body: Sendable, Hashable {
    case text(String)
    /// In Base64.
    case blob(String)
  }

  package var uri: String
  package var mimeType: String?
  package var body: Body
  package var meta: JSONObject?

  package init(uri: String, mimeType: String? = nil, _ body: Body, meta: JSONObject? = nil) {
    self.uri = uri
    self.mimeType = mimeType
    self.body = body
    self.meta = meta
  }

  /// Nil without a uri, or with neither text nor blob.
  package init?(_ value: JSONValue) {
    guard let uri = value["uri"]?.stringValue else { return nil }
    let body = value["text"]?.stringValue.map(Body.text) ?? value["blob"]?.stringValue.map(Body.blob)
    guard let body else { return nil }
    self.init(uri: uri, mimeType: value["mimeType"]?.stringValue, body, meta: value["_meta"]?.objectValue)
  }

  package var json: JSONValue { json(for: .july2026) }

  package func json(for revision: ProtocolRevision) -> JSONValue {
    var fields: JSONObject = ["uri": .string(uri)]
    fields["mimeType"] = mimeType.map { .string($0) }
    switch body {
    case .text(let text): fields["text"] = .string(text)
    case .blob(let bytes): fields["blob"] = .string(bytes)
    }
    if revision >= .june2025 { fields["_meta"] = meta.map { .object($0) } }
    return .object(fields)
  }
}
