/// Who speaks: MCP's `Implementation`.
package struct Implementation: Sendable, Hashable {
  package var name: String
  package var title: String?
  package var version: String
  package var description: String?
  package var websiteURL: String?
  /// MCP `Icon`s: `{src, mimeType?, sizes?, theme?}`.
  package var icons: [JSONValue] = []

  package init(name: String, title: String? = nil, version: String) {
    self.name = name
    self.title = title
    self.version = version
  }

  package init?(_ value: JSONValue) {
    guard let name = value["name"]?.stringValue else { return nil }
    self.init(name: name, title: value["title"]?.stringValue, version: value["version"]?.stringValue ?? "")
    description = value["description"]?.stringValue
    websiteURL = value["websiteUrl"]?.stringValue
    icons = value["icons"]?.arrayValue ?? []
  }

  package func json(for revision: ProtocolRevision) -> JSONValue {
    var fields: JSONObject = ["name": .string(name)]
    if revision >= .june2025 { fields["title"] = title.map { .string($0) } }
    fields["version"] = .string(version)
    if revision >= .november2025 {
      fields["description"] = description.map { .string($0) }
      fields["websiteUrl"] = websiteURL.map { .string($0) }
      if !icons.isEmpty { fields["icons"] = .array(icons) }
    }
    return .object(fields)
  }
}
