/// A tool's name inside the runtime: `server.tool` for tool servers, bare for native tools (interface.md §4).
package struct ToolName: Sendable, Hashable, Comparable, CustomStringConvertible {
  /// The tool server, nil for native tools.
  package let server: String?
  /// The name that the server itself uses; any text.
  package let tool: String

  package init(server: String? = nil, tool: String) {
    self.server = server
    self.tool = tool
  }

  /// Splits at the first dot, since configuration keeps dots out of server names.
  package init(qualified text: String) {
    if let dot = text.firstIndex(of: "."), dot != text.startIndex {
      self.init(server: String(text[..<dot]), tool: String(text[text.index(after: dot)...]))
    } else {
      self.init(tool: text)
    }
  }

  /// `server.tool`, or the bare name of a native tool.
  package var qualified: String { server.map { "\($0).\(tool)" } ?? tool }
  package var description: String { qualified }
  package static func < (left: Self, right: Self) -> Bool { left.qualified < right.qualified }
}
