package import SCRProtocol

/// All known tools at one moment, by each of their names. Immutable.
package struct ToolCatalogue: Sendable {
  package struct Entry: Sendable {
    package let descriptor: ToolDescriptor
    package let wireName: String
    package let isPermitted: Bool
    let inline: (any InlineTool)?
    let source: (any ToolSource)?
    private let schema: JSONSchema?

    init(
      _ descriptor: ToolDescriptor, wireName: String, isPermitted: Bool, inline: (any InlineTool)? = nil,
      source: (any ToolSource)? = nil
    ) {
      self.descriptor = descriptor
      self.wireName = wireName
      self.isPermitted = isPermitted
      self.inline = inline
      self.source = source
      // A schema that we cannot compile is its server's affair: the server checks the arguments itself.
      schema = try? JSONSchema.compile(descriptor.inputSchema)
    }

    /// Whether they are known to fit; false where the schema cannot be compiled.
    func accepts(_ arguments: JSONValue) -> Bool { schema.map { $0.validate(arguments).isEmpty } ?? false }

    /// What is wrong with the arguments, in words that a model can act on.
    package func check(_ arguments: JSONValue) -> ToolError? {
      guard let schema, let first = schema.validate(arguments).first else { return nil }
      return ToolError(.invalidInput, "the arguments of \(descriptor.name) are not valid: \(first)")
    }
  }

  /// By qualified name, in order.
  package let entries: [Entry]
  /// Tools whose wire name had to get a suffix.
  package let collisions: [ToolName]
  private let byName: [String: Int]
  private let sources: [any ToolSource]

  init(inline: [any InlineTool], sources: [any ToolSource], policy: ToolPolicy) {
    var found: [(ToolDescriptor, (any InlineTool)?, (any ToolSource)?)] = inline.map { ($0.descriptor, $0, nil) }
    for source in sources { found += source.tools.map { ($0, nil, source) } }
    let (wire, collisions) = WireNames.assign(found.map(\.0.name))
    var entries: [Entry] = []
    var byName: [String: Int] = [:]
    for (descriptor, inline, source) in found.sorted(by: { $0.0.name < $1.0.name }) {
      guard byName[descriptor.name.qualified] == nil, let wireName = wire[descriptor.name] else { continue }
      byName[descriptor.name.qualified] = entries.count
      entries.append(
        Entry(
          descriptor, wireName: wireName, isPermitted: policy.permits(descriptor), inline: inline, source: source))
    }
    for (place, entry) in entries.enumerated() where byName[entry.wireName] == nil { byName[entry.wireName] = place }
    self.entries = entries
    self.collisions = collisions
    self.byName = byName
    self.sources = sources
  }

  /// Finds a tool by its qualified or its wire name.
  package subscript(name: String) -> Entry? { byName[name].map { entries[$0] } }

  /// What the registry compares to tell whether the list has changed.
  var descriptors: [ToolDescriptor] { entries.filter(\.isPermitted).map(\.descriptor) }

  /// Why a name means nothing: `server_unavailable` while the server that it names is not there, else `not_found`.
  package func unknown(_ name: String) -> ToolError {
    if let error = absence(name) { return error }
    let nearest = Suggestion.nearest(to: name, among: entries.map(\.descriptor.name.qualified))
    return ToolError(
      .notFound, "there is no tool \"\(name.prefix(200))\"",
      hint: nearest.map { "did you mean \"\($0)\"?" } ?? "scr mcp list shows the tool servers and their tools")
  }

  /// What keeps the server away that a name, inside or on the wire, begins with; nil where none is missing.
  package func absence(_ name: String) -> ToolError? {
    for source in sources {
      guard let server = source.serverName, name.hasPrefix("\(server).") || name.hasPrefix("\(server)_") else {
        continue
      }
      let status = source.status
      if status.state == .ready { continue }
      let reason = status.reason.map { ": \($0)" } ?? ""
      return ToolError(
        .serverUnavailable, "the tool server \(server) is \(status.state.rawValue)\(reason)",
        isRetryable: [.configured, .starting, .restarting].contains(status.state))
    }
    return nil
  }
}
