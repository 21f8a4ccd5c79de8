/// A tool as `tools/list` shows it, in the newest shape; older revisions get what they know.
package struct MCPTool: Sendable, Hashable {
  package var name: String
  package var title: String?
  package var description: String?
  package var inputSchema: JSONValue
  package var outputSchema: JSONValue?
  package var annotations: JSONObject?

  package init(
    name: String, title: String? = nil, description: String? = nil, inputSchema: JSONValue,
    outputSchema: JSONValue? = nil, annotations: JSONObject? = nil
  ) {
    self.name = name
    self.title = title
    self.description = description
    self.inputSchema = inputSchema
    self.outputSchema = outputSchema
    self.annotations = annotations
  }

  /// Reads a tool as a server listed it. Nil without a name or an input schema.
  package init?(_ value: JSONValue) {
    guard let name = value["name"]?.stringValue, !name.isEmpty, let inputSchema = value["inputSchema"],
      inputSchema.objectValue != nil
    else { return nil }
    self.init(
      name: name, title: value["title"]?.stringValue ?? value["annotations"]?["title"]?.stringValue,
      description: value["description"]?.stringValue, inputSchema: inputSchema, outputSchema: value["outputSchema"],
      annotations: value["annotations"]?.objectValue)
  }

  package func json(for revision: ProtocolRevision) -> JSONValue {
    var fields: JSONObject = ["name": .string(name)]
    if revision >= .june2025 { fields["title"] = title.map { .string($0) } }
    fields["description"] = description.map { .string($0) }
    fields["inputSchema"] = inputSchema
    if revision.isModern || (revision >= .june2025 && outputSchema?["type"] == "object") {
      fields["outputSchema"] = outputSchema
    }
    if revision >= .march2025 { fields["annotations"] = annotations.map { .object($0) } }
    return .object(fields)
  }
}
