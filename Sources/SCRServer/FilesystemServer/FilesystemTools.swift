package import MCPServer
package import SCRProtocol

/// The tools of `scr mcp filesystem`: files below one root, in the shapes of the well-known reference server.
///
/// Paths cannot leave the root, whatever links, `..` or renames happen meanwhile. A file that cannot be used is a result
/// with `isError` that says why.
package struct FilesystemTools: ToolProvider {
  private let root: RootedDirectory
  private let limits: FilesystemLimits
  private let allowWrites: Bool
  private let worker: FileWorker
  private let tools: [any FilesystemTool.Type]

  /// - Parameters:
  ///   - root: the directory; a relative path begins in the working directory.
  ///   - allowWrites: without it `write_file` is neither listed nor served.
  /// - Throws: ``FilesystemServerError`` `bad_root` where `root` is missing, unreadable or no directory.
  package init(
    root: String, allowWrites: Bool, limits: FilesystemLimits = FilesystemLimits()
  ) throws(FilesystemServerError) {
    self.init(root: try RootedDirectory(root), allowWrites: allowWrites, limits: limits)
  }

  init(root: RootedDirectory, allowWrites: Bool, limits: FilesystemLimits) {
    self.root = root
    self.limits = limits
    self.allowWrites = allowWrites
    worker = FileWorker(capacity: limits.queuedCalls)
    let readers: [any FilesystemTool.Type] = [
      ReadTextFile.self, ReadMultipleFiles.self, ListDirectory.self, SearchFiles.self, GetFileInfo.self,
      ListAllowedDirectories.self,
    ]
    tools = allowWrites ? readers + [WriteFile.self] : readers
  }

  /// What the server says of itself.
  /// - Parameter version: of the whole product.
  package func identity(version: String) -> ServerIdentity {
    ServerIdentity(
      implementation: Implementation(name: "scr-filesystem", title: "Files below one directory", version: version),
      instructions: """
        Reads \(allowWrites ? "and writes " : "")text files below \(root.path) and nowhere else. \
        Paths are relative to it, or absolute and inside it.
        """)
  }

  package func listTools() async -> ToolListing {
    ToolListing(tools: tools.map { $0.definition }, ttlMs: 3_600_000)
  }

  package func call(_ call: IncomingToolCall) async throws -> CallToolResult {
    guard let tool = tools.first(where: { $0.definition.name == call.name }) else { throw unknown(call.name) }
    let arguments = call.arguments
    do {
      return try await worker.run { [root, limits] flag in
        try tool.call(arguments, FilesystemScope(root: root, limits: limits, flag: flag))
      }
    } catch let error as FilesystemServerError {
      return error.result
    }
  }

  private func unknown(_ name: String) -> ToolCallFailure {
    if name == WriteFile.definition.name {
      return .unknownTool("\"write_file\" is not served here: this server only reads; start it with --allow-writes")
    }
    return .unknownTool("unknown tool \"\(name.prefix(200))\"")
  }
}
