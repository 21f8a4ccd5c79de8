package import SCRProtocol

/// A server's tools as it listed them.
package struct ToolListing: Sendable, Hashable {
  package var tools: [MCPTool]
  /// Entries that cannot be offered, with the reason.
  package var leftOut: [LeftOut]

  package struct LeftOut: Sendable, Hashable, CustomStringConvertible {
    package var name: String
    package var reason: String

    package init(name: String, reason: String) {
      self.name = name
      self.reason = reason
    }

    package var description: String { "\(name): \(reason)" }
  }

  package init(tools: [MCPTool] = [], leftOut: [LeftOut] = []) {
    self.tools = tools
    self.leftOut = leftOut
  }

  init(entries: [JSONValue]) {
    self.init()
    for entry in entries {
      if let tool = MCPTool(entry) { tools.append(tool) } else { leftOut.append(Self.fault(of: entry)) }
    }
  }

  private static func fault(of entry: JSONValue) -> LeftOut {
    guard let name = entry["name"]?.stringValue, !name.isEmpty else {
      return LeftOut(name: "(nameless)", reason: "it has no name")
    }
    let reason =
      entry["inputSchema"]?.objectValue == nil
      ? "it has no input schema" : "its input schema is not one of an object"
    return LeftOut(name: String(name.prefix(200)), reason: reason)
  }
}
