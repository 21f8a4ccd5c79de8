import MCPServer
import SCRProtocol

enum ReadMultipleFiles: FilesystemTool {
  struct Arguments: Sendable { var paths: [String] = [] }

  static let shape = Shape(
    "ReadMultipleFilesArguments", { Arguments() },
    .required("paths", \.paths, .array(of: .string), "The files, each relative to the root, or absolute and inside it.")
  )

  static let definition = tool(
    "read_multiple_files", "Read multiple files",
    """
    Reads several text files in UTF-8 at once. A file that cannot be read has an error in its place; the others are \
    read all the same. All together may have 5 MiB.
    """,
    output: [
      "files": [
        "type": "array",
        "items": [
          "type": "object",
          "properties": [
            "path": ["type": "string"], "content": ["type": "string"],
            "error": ["type": "string", "description": "In place of content: why the file could not be read."],
          ],
          "required": ["path"],
        ],
      ]
    ])

  static func run(_ arguments: Arguments, _ scope: FilesystemScope) throws -> CallToolResult {
    guard (1...scope.limits.filesPerCall).contains(arguments.paths.count) else {
      throw ToolCallFailure.invalidArguments(
        "arguments.paths has \(arguments.paths.count) paths; give 1 to \(scope.limits.filesPerCall)")
    }
    var bytesLeft = scope.limits.readBytes
    var texts: [String] = []
    var files: [JSONValue] = []
    var hasContent = false
    for path in arguments.paths {
      try scope.flag.check()
      do throws(FilesystemServerError) {
        let content = try TextReader(path, in: scope.root, limit: scope.limits.readBytes).whole()
        bytesLeft -= content.utf8.count
        if bytesLeft < 0 {
          throw FilesystemServerError(
            .tooLarge, "with the files before it this is over \(scope.limits.readBytes) bytes; read it by another call")
        }
        texts.append("\(path):\n\(content)\n")
        files.append(["path": .string(path), "content": .string(content)])
        hasContent = true
      } catch {
        texts.append("\(path): Error - \(error.message)")
        files.append(["path": .string(path), "error": .string(error.message)])
      }
    }
    var result = CallToolResult(structured: texts.joined(separator: "\n---\n"), ["files": .array(files)])
    result.isError = !hasContent
    return result
  }
}
