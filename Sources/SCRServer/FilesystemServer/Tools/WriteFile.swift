import MCPServer
import SCRProtocol

enum WriteFile: FilesystemTool {
  struct Arguments: Sendable {
    var path = ""
    var content = ""
  }

  static let shape = Shape(
    "WriteFileArguments", { Arguments() },
    .required(
      "path", \.path, .string,
      "The file: relative to the root, or absolute and inside it. Its directory must exist."),
    .required("content", \.content, .string, "The whole new content."))

  static let definition = tool(
    "write_file", "Write file",
    """
    Creates a text file or replaces the whole content of an existing one, which keeps its permissions \
    and owner. Nobody ever sees half of it. Other hard links to the file keep the old content. The directory must exist.
    """,
    output: [
      "path": ["type": "string", "description": "Relative to the root."],
      "size": ["type": "integer", "description": "Bytes written."],
      "created": ["type": "boolean", "description": "Whether the file was not there before."],
    ],
    isReadOnly: false)

  static func run(_ arguments: Arguments, _ scope: FilesystemScope) throws -> CallToolResult {
    let size = arguments.content.utf8.count
    guard size <= scope.limits.writeBytes else {
      throw ToolCallFailure.invalidArguments(
        "arguments.content has \(size) bytes; at most \(scope.limits.writeBytes) are written at once")
    }
    let written = try AtomicWriter(arguments.content, to: arguments.path, in: scope.root)
    return CallToolResult(
      structured: "Successfully wrote to \(arguments.path)",
      [
        "path": .string(try scope.root.tidy(arguments.path)), "size": .init(size), "created": .bool(written.created),
      ])
  }
}
