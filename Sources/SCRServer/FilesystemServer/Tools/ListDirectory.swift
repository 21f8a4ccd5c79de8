import CRootedPath
import MCPServer
import SCRProtocol

enum ListDirectory: FilesystemTool {
  struct Arguments: Sendable { var path = "" }

  static let shape = Shape(
    "ListDirectoryArguments", { Arguments() },
    .required("path", \.path, .string, "The directory: \".\" for the root, relative to it, or absolute and inside it."))

  static let definition = tool(
    "list_directory", "List directory",
    "Lists a directory, sorted by name: a line \"[FILE] name\" or \"[DIR] name\" each, and entries with type and size.",
    output: [
      "entries": [
        "type": "array",
        "items": [
          "type": "object",
          "properties": [
            "name": ["type": "string"],
            "type": ["type": "string", "enum": ["file", "directory", "symlink", "other"]],
            "size": ["type": "integer", "description": "Bytes, of files."],
            "modified": ["type": "string", "format": "date-time"],
            "addressable": [
              "type": "boolean", "description": "False where the name is not UTF-8, so that no path can name it.",
            ],
          ],
          "required": ["name", "type"],
        ],
      ],
      "truncated": ["type": "boolean", "description": "Whether there are more entries than are shown."],
    ])

  static func run(_ arguments: Arguments, _ scope: FilesystemScope) throws -> CallToolResult {
    let directory = try scope.root.open(arguments.path, CROOTED_DIRECTORY)
    let listing = try DirectoryReader(directory, path: arguments.path, limit: scope.limits.listedEntries)
    var lines = listing.entries.map { entry in
      "\(entry.type.label) \(entry.name)" + (entry.isAddressable ? "" : " (not UTF-8: no path can name it)")
    }
    if listing.isTruncated { lines.append("(truncated: only \(listing.entries.count) entries are shown)") }
    return CallToolResult(
      structured: lines.joined(separator: "\n"),
      ["entries": .array(listing.entries.map(json)), "truncated": .bool(listing.isTruncated)])
  }

  private static func json(_ entry: DirectoryEntry) -> JSONValue {
    var fields: JSONObject = ["name": .string(entry.name), "type": .string(entry.type.rawValue)]
    if entry.type == .file { fields["size"] = entry.info.map { .integer($0.size) } }
    fields["modified"] = entry.info.map { .string(FileInfo.text(of: $0.modified)) }
    if !entry.isAddressable { fields["addressable"] = false }
    return .object(fields)
  }
}
