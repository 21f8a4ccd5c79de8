import MCPServer
import SCRProtocol

enum ReadTextFile: FilesystemTool {
  struct Arguments: Sendable {
    var path = ""
    var head: Int?
    var tail: Int?
  }

  static let shape = Shape(
    "ReadTextFileArguments", { Arguments() },
    .required("path", \.path, .string, "The file: relative to the root, or absolute and inside it."),
    .optional("head", \.head, .integer(1...10_000_000), "Only the first lines, so many. Not together with tail."),
    .optional("tail", \.tail, .integer(1...10_000_000), "Only the last lines, so many. Not together with head."))

  static let definition = tool(
    "read_text_file", "Read text file",
    """
    Reads a text file in UTF-8, whole or some lines from its beginning (head) or its end (tail). \
    Files over 5 MiB can be read by head or tail only.
    """)

  static func run(_ arguments: Arguments, _ scope: FilesystemScope) throws -> CallToolResult {
    if arguments.head != nil, arguments.tail != nil {
      throw ToolCallFailure.invalidArguments(
        "arguments.head and arguments.tail cannot be given together; give one of them")
    }
    let reader = try TextReader(arguments.path, in: scope.root, limit: scope.limits.readBytes)
    if let head = arguments.head { return CallToolResult(structured: try reader.head(head)) }
    if let tail = arguments.tail { return CallToolResult(structured: try reader.tail(tail)) }
    return CallToolResult(structured: try reader.whole())
  }
}
