import CRootedPath
import MCPServer
import SCRProtocol

enum GetFileInfo: FilesystemTool {
  struct Arguments: Sendable { var path = "" }

  static let shape = Shape(
    "GetFileInfoArguments", { Arguments() },
    .required("path", \.path, .string, "The file or directory: relative to the root, or absolute and inside it."))

  static let definition: MCPTool = {
    let time: JSONValue = ["type": "string", "format": "date-time"]
    var definition = tool(
      "get_file_info", "Get file info",
      "Tells size, times, kind and permissions of a file or directory without reading it. Links are followed.",
      output: [
        "path": ["type": "string", "description": "Relative to the root."],
        "type": ["type": "string", "enum": ["file", "directory", "other"]],
        "size": ["type": "integer", "description": "Bytes."],
        "modified": time, "accessed": time,
        "isDirectory": ["type": "boolean"], "isFile": ["type": "boolean"],
        "permissions": ["type": "string", "description": "Octal, such as 644."],
        "created": time,
      ])
    // Not every file system keeps the time of creation.
    let required = definition.outputSchema?["required"]?.arrayValue?.filter { $0 != "created" }
    if var schema = definition.outputSchema?.objectValue, let required {
      schema["required"] = .array(required)
      definition.outputSchema = .object(schema)
    }
    return definition
  }()

  static func run(_ arguments: Arguments, _ scope: FilesystemScope) throws -> CallToolResult {
    let info = try FileInfo(in: try scope.root.open(arguments.path, CROOTED_HANDLE), path: arguments.path)
    var fields: JSONObject = ["size": .integer(info.size)]
    fields["created"] = info.created.map { .string(FileInfo.text(of: $0)) }
    fields["modified"] = .string(FileInfo.text(of: info.modified))
    fields["accessed"] = .string(FileInfo.text(of: info.accessed))
    fields["isDirectory"] = .bool(info.type == .directory)
    fields["isFile"] = .bool(info.type == .file)
    fields["permissions"] = .string(String(info.permissions, radix: 8))
    let text = fields.map { "\($0.key): \($0.value.stringValue ?? $0.value.jsonText)" }.joined(separator: "\n")
    fields["path"] = .string(try scope.root.tidy(arguments.path))
    fields["type"] = .string(info.type.rawValue)
    return CallToolResult(structured: text, fields)
  }
}
