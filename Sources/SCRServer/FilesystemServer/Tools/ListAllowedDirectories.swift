import MCPServer
import SCRProtocol

enum ListAllowedDirectories: FilesystemTool {
  struct Arguments: Sendable {}

  static let shape = Shape("ListAllowedDirectoriesArguments", { Arguments() })

  static let definition = tool(
    "list_allowed_directories", "List allowed directories",
    "Tells the directory that everything here is confined to. Relative paths begin there.",
    output: ["directories": ["type": "array", "items": ["type": "string"]]])

  static func run(_ arguments: Arguments, _ scope: FilesystemScope) throws -> CallToolResult {
    CallToolResult(
      structured: "Allowed directories:\n\(scope.root.path)", ["directories": [.string(scope.root.path)]])
  }
}
