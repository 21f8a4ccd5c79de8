package import SCRProtocol

/// What a tool server offers beside tools, as it listed it in MCP's shapes.
package struct SourceContent: Sendable, Hashable {
  /// Each has a `uri`.
  package var resources: [JSONObject]
  /// Each has a `uriTemplate`.
  package var templates: [JSONObject]
  /// Each has a `name`.
  package var prompts: [JSONObject]

  package init(resources: [JSONObject] = [], templates: [JSONObject] = [], prompts: [JSONObject] = []) {
    self.resources = resources
    self.templates = templates
    self.prompts = prompts
  }

  package var isEmpty: Bool { self == SourceContent() }
}

/// A source of tools that has resources and prompts as well.
package protocol ContentSource: ToolSource {
  /// What is known now, without waiting. Empty while a server starts.
  var content: SourceContent { get }

  /// - Parameter uri: as the server has it.
  /// - Returns: `{contents: […]}`.
  /// - Throws: `ToolError`; `not_found` where the server has no such resource.
  func readResource(_ uri: String, _ context: ToolContext) async throws -> JSONValue

  /// - Parameter name: as the server has it.
  /// - Returns: `{description?, messages: […]}`.
  /// - Throws: `ToolError`.
  func prompt(_ name: String, arguments: JSONObject, _ context: ToolContext) async throws -> JSONValue

  /// - Parameter params: of `completion/complete`, with the server's own names.
  /// - Returns: `{completion: {values, total?, hasMore?}}`.
  /// - Throws: `ToolError`.
  func complete(_ params: JSONObject, _ context: ToolContext) async throws -> JSONValue

  /// Calls `onUpdate` when the server says that the resource holds something else, until the result is released. Nil
  /// where the server tells of no such changes.
  func watchResource(_ uri: String, _ onUpdate: @escaping @Sendable () -> Void) -> ToolListObservation?
}
