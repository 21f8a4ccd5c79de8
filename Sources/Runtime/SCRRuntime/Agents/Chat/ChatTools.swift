import SCRProtocol

/// The tools that a chat names.
enum ChatTools {
  /// - Throws: `not_found` for a name or pattern that means nothing, `denied` for one that may not be called, naming it.
  static func select(_ patterns: [String], from catalogue: ToolCatalogue) throws(RuntimeError) -> [AgentTool] {
    var chosen: Set<ToolName> = []
    for (place, pattern) in patterns.enumerated() {
      let glob = Glob(pattern)
      let found = catalogue.entries.filter {
        glob.matches($0.descriptor.name.qualified) || glob.matches($0.wireName)
      }
      let permitted = found.filter(\.isPermitted)
      if permitted.isEmpty { throw refusal(of: pattern, place, found.first?.descriptor, catalogue) }
      chosen.formUnion(permitted.map(\.descriptor.name))
    }
    return catalogue.entries.filter { chosen.contains($0.descriptor.name) }.map { AgentTool($0) }
  }

  private static func refusal(
    of pattern: String, _ place: Int, _ tool: ToolDescriptor?, _ catalogue: ToolCatalogue
  ) -> RuntimeError {
    let path = "tools[\(place)]"
    if let tool {
      let denial = ToolPolicy().denial(of: tool)
      return RuntimeError(.denied, denial.message, hint: denial.hint, path: path)
    }
    if pattern.contains(where: { $0 == "*" || $0 == "?" }), catalogue.absence(pattern) == nil {
      return RuntimeError(
        .notFound, "no tool fits \"\(pattern.prefix(200))\"", hint: "list_tools shows the tools there are", path: path)
    }
    let unknown = catalogue.unknown(pattern)
    return RuntimeError(
      unknown.kind, unknown.message, hint: unknown.hint, path: path, isRetryable: unknown.isRetryable)
  }
}
