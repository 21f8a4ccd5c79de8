/// A resource as `resources/list` shows it, or a template of some as `resources/templates/list` does, in the newest shape.
package struct MCPResource: Sendable, Hashable {
  /// The URI, or the URI template (RFC 6570).
  package var uri: String
  package var name: String
  package var title: String?
  package var description: String?
  package var mimeType: String?
  /// Bytes of the content; templates have none.
  package var size: Int?
  /// `{audience?, priority?, lastModified?}`.
  package var annotations: JSONObject?
  package var icons: [JSONValue] = []
  package var meta: JSONObject?

  package init(
    uri: String, name: String, title: String? = nil, description: String? = nil, mimeType: String? = nil,
    size: Int? = nil, annotations: JSONObject? = nil
  ) {
    self.uri = uri
    self.name = name
    self.title = title
    self.description = description
    self.mimeType = mimeType
    self.size = size
    self.annotations = annotations
  }

  /// Reads a resource, or a template, as a server listed it. Nil without a name or a uri.
  package init?(_ value: JSONValue) {
    guard let uri = (value["uri"] ?? value["uriTemplate"])?.stringValue, let name = value["name"]?.stringValue else {
      return nil
    }
    self.init(
      uri: uri, name: name, title: value["title"]?.stringValue, description: value["description"]?.stringValue,
      mimeType: value["mimeType"]?.stringValue, size: value["size"]?.integerValue.flatMap(Int.init(exactly:)),
      annotations: value["annotations"]?.objectValue)
    icons = value["icons"]?.arrayValue ?? []
    meta = value["_meta"]?.objectValue
  }

  package func json(for revision: ProtocolRevision) -> JSONValue {
    var fields = members("uri", revision)
    fields["size"] = size.map { .init($0) }
    return .object(fields)
  }

  package func templateJSON(for revision: ProtocolRevision) -> JSONValue { .object(members("uriTemplate", revision)) }

  private func members(_ key: String, _ revision: ProtocolRevision) -> JSONObject {
    var fields: JSONObject = [key: .string(uri), "name": .string(name)]
    if revision >= .june2025 { fields["title"] = title.map { .string($0) } }
    fields["description"] = description.map { .string($0) }
    fields["mimeType"] = mimeType.map { .string($0) }
    fields["annotations"] = ContentBlock.annotations(annotations.map { .object($0) }, revision)
    if revision >= .november2025, !icons.isEmpty { fields["icons"] = .array(icons) }
    if revision >= .june2025 { fields["_meta"] = meta.map { .object($0) } }
    return fields
  }
}
