import SCRProtocol

/// Which tools may be called at all. Thin until policies exist (interface.md §4).
package struct ToolPolicy: Sendable {
  /// Globs over qualified names; what matches is allowed besides the default.
  package var allow: [Glob]
  /// Globs over qualified names; wins over everything.
  package var deny: [Glob]

  package init(allow: [Glob] = [], deny: [Glob] = []) {
    self.allow = allow
    self.deny = deny
  }

  /// By default: native tools, tools that configuration marks as read-only, and tools that a server's entry names.
  package func permits(_ tool: ToolDescriptor) -> Bool {
    let name = tool.name.qualified
    if deny.contains(where: { $0.matches(name) }) { return false }
    return tool.name.server == nil || tool.effect == .readOnly || tool.isNamedByConfiguration
      || allow.contains { $0.matches(name) }
  }

  package func denial(of tool: ToolDescriptor) -> ToolError {
    ToolError(
      .denied, "the tool \(tool.name) is not allowed",
      hint: "allow it with tools.allow, or name it in allowedTools of its server")
  }
}
