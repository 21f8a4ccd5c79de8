/// A tool as `tools/list` shows it, in the newest shape; older revisions get what they know.
package struct MCPTool: Sendable, Hashable {
  package var name: String
  package var title: String?
  package var description: String?
  package var inputSchema: JSONValue
  package var outputSchema: JSONValue?
  package var annotations: JSONObject?
  /// Whether a call may become a task in revision 2025-11-25; newer ones let the server decide.
  package var taskSupport: TaskSupport
  package var icons: [JSONValue] = []
  package var meta: JSONObject?

  package init(
    name: String, title: String? = nil, description: String? = nil, inputSchema: JSONValue,
    outputSchema: JSONValue? = nil, annotations: JSONObject? = nil, taskSupport: TaskSupport = .forbidden
  ) {
    self.name = name
    self.title = title
    self.description = description
    self.inputSchema = inputSchema
    self.outputSchema = outputSchema
    self.annotations = annotations
    self.taskSupport = taskSupport
  }

  /// Reads a tool as a server listed it. Nil without a name, or without an input schema for objects.
  ///
  /// One tool that breaks the specification makes hosts refuse the whole list, so each is brought to its form.
  package init?(_ value: JSONValue) {
    guard let name = value["name"]?.stringValue, !name.isEmpty,
      let inputSchema = value["inputSchema"]?.objectValue.flatMap(Self.objectSchema)
    else { return nil }
    self.init(
      name: name, title: value["title"]?.stringValue ?? value["annotations"]?["title"]?.stringValue,
      description: value["description"]?.stringValue, inputSchema: inputSchema,
      outputSchema: value["outputSchema"]?.objectValue.map { .object($0) },
      annotations: value["annotations"]?.objectValue.map(Self.wellTyped),
      taskSupport: value["execution"]?["taskSupport"]?.stringValue.flatMap(TaskSupport.init) ?? .forbidden)
  }

  /// Arguments are always an object: a schema that leaves the type open, or allows others too, means that one.
  private static func objectSchema(_ schema: JSONObject) -> JSONValue? {
    switch schema["type"] {
    case "object": return .object(schema)
    case .array(let types)? where !types.contains("object"): return nil
    case nil, .array?:
      var schema = schema
      schema["type"] = "object"
      return .object(schema)
    default: return nil
    }
  }

  private static func wellTyped(_ annotations: JSONObject) -> JSONObject {
    JSONObject(
      annotations.filter { field in
        switch field.key {
        case "title": field.value.stringValue != nil
        case "readOnlyHint", "destructiveHint", "idempotentHint", "openWorldHint": field.value.boolValue != nil
        default: true
        }
      })
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
    if revision == .november2025, taskSupport != .forbidden {
      fields["execution"] = ["taskSupport": .string(taskSupport.rawValue)]
    }
    if revision >= .november2025, !icons.isEmpty { fields["icons"] = .array(icons) }
    if revision >= .june2025 { fields["_meta"] = meta.map { .object($0) } }
    return .object(fields)
  }
}

/// `execution.taskSupport` of a tool in revision 2025-11-25.
package enum TaskSupport: String, Sendable, Hashable {
  case forbidden, optional, required
}
