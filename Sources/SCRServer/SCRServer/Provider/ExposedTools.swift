import SCRProtocol
import SCRRuntime

/// What a host sees of the runtime's verbs and of the permitted tools, by each of their names. Pure.
struct ExposedTools: Sendable {
  enum Target: Sendable, Hashable {
    case verb(String)
    /// Its qualified name, and whether it has an output schema that results must satisfy.
    case tool(ToolName, hasOutputSchema: Bool)
  }

  /// In the order of their names on the wire.
  let tools: [MCPTool]
  /// Tools that had to give way: their names on the wire got a suffix.
  let collisions: [ToolName]
  private let targets: [String: Target]

  /// - Parameter globs: over both names of a tool; nil exposes everything that is permitted.
  init(verbs: [MCPTool], catalogue: ToolCatalogue, globs: [Glob]?) {
    func isExposed(_ names: String...) -> Bool {
      guard let globs else { return true }
      return globs.contains { glob in names.contains { glob.matches($0) } }
    }
    // Verbs keep their names even where they are hidden: a name must not mean something else in another host.
    var taken = Set(verbs.map(\.name))
    var tools = verbs.filter { isExposed($0.name) }
    var targets = Dictionary(tools.map { ($0.name, Target.verb($0.name)) }) { $1 }
    var qualified: [String: Target] = [:]
    var collisions = catalogue.collisions
    let permitted = catalogue.entries.filter(\.isPermitted)
    taken.formUnion(permitted.map(\.wireName).filter { !taken.contains($0) })
    let verbNames = Set(verbs.map(\.name))
    for entry in permitted {
      let name = entry.descriptor.name
      var wireName = entry.wireName
      if verbNames.contains(wireName) {
        wireName = Self.suffixed(wireName, &taken)
        collisions.append(name)
      }
      guard isExposed(wireName, name.qualified) else { continue }
      let target = Target.tool(name, hasOutputSchema: entry.descriptor.outputSchema != nil)
      tools.append(Self.tool(entry.descriptor, wireName))
      targets[wireName] = target
      qualified[name.qualified] = target
    }
    self.tools = tools.sorted { $0.name < $1.name }
    self.collisions = collisions.sorted()
    // A name on the wire wins over the same text as a qualified name.
    self.targets = targets.merging(qualified.filter { !verbNames.contains($0.key) }) { wire, _ in wire }
  }

  /// Finds what is exposed under a name on the wire or a qualified name.
  subscript(name: String) -> Target? { targets[name] }

  var names: some Sequence<String> { targets.keys }

  private static func suffixed(_ name: String, _ taken: inout Set<String>) -> String {
    var number = 2
    while true {
      let suffix = "_\(number)"
      let candidate = String(name.prefix(WireNames.limit - suffix.count)) + suffix
      if taken.insert(candidate).inserted { return candidate }
      number += 1
    }
  }

  private static func tool(_ descriptor: ToolDescriptor, _ wireName: String) -> MCPTool {
    MCPTool(
      name: wireName, title: descriptor.title, description: descriptor.description,
      inputSchema: descriptor.inputSchema, outputSchema: descriptor.outputSchema, annotations: descriptor.annotations)
  }
}
