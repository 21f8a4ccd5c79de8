/// A prompt as `prompts/list` shows it, in the newest shape.
package struct MCPPrompt: Sendable, Hashable {
  package struct Argument: Sendable, Hashable {
    package var name: String
    package var title: String?
    package var description: String?
    package var isRequired: Bool

    package init(name: String, title: String? = nil, description: String? = nil, isRequired: Bool = false) {
      self.name = name
      self.title = title
      self.description = description
      self.isRequired = isRequired
    }

    fileprivate func json(for revision: ProtocolRevision) -> JSONValue {
      var fields: JSONObject = ["name": .string(name)]
      if revision >= .june2025 { fields["title"] = title.map { .string($0) } }
      fields["description"] = description.map { .string($0) }
      fields["required"] = .bool(isRequired)
      return .object(fields)
    }
  }

  package var name: String
  package var title: String?
  package var description: String?
  package var arguments: [Argument]
  package var icons: [JSONValue] = []
  package var meta: JSONObject?

  package init(name: String, title: String? = nil, description: String? = nil, arguments: [Argument] = []) {
    self.name = name
    self.title = title
    self.description = description
    self.arguments = arguments
  }

  /// Reads a prompt as a server listed it. Nil without a name; arguments without one are dropped.
  package init?(_ value: JSONValue) {
    guard let name = value["name"]?.stringValue else { return nil }
    let arguments = (value["arguments"]?.arrayValue ?? []).compactMap { argument in
      argument["name"]?.stringValue.map {
        Argument(
          name: $0, title: argument["title"]?.stringValue, description: argument["description"]?.stringValue,
          isRequired: argument["required"]?.boolValue ?? false)
      }
    }
    self.init(
      name: name, title: value["title"]?.stringValue, description: value["description"]?.stringValue,
      arguments: arguments)
    icons = value["icons"]?.arrayValue ?? []
    meta = value["_meta"]?.objectValue
  }

  package func json(for revision: ProtocolRevision) -> JSONValue {
    var fields: JSONObject = ["name": .string(name)]
    if revision >= .june2025 { fields["title"] = title.map { .string($0) } }
    fields["description"] = description.map { .string($0) }
    if !arguments.isEmpty { fields["arguments"] = .array(arguments.map { $0.json(for: revision) }) }
    if revision >= .november2025, !icons.isEmpty { fields["icons"] = .array(icons) }
    if revision >= .june2025 { fields["_meta"] = meta.map { .object($0) } }
    return .object(fields)
  }
}
