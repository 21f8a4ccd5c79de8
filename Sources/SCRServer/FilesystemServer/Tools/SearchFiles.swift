import CRootedPath
import MCPServer
import SCRProtocol

enum SearchFiles: FilesystemTool {
  struct Arguments: Sendable {
    var path = ""
    var pattern = ""
    var excludePatterns: [String]?
  }

  static let shape = Shape(
    "SearchFilesArguments", { Arguments() },
    .required(
      "path", \.path, .string, "Where to begin: \".\" for the root, relative to it, or absolute and inside it."),
    .required(
      "pattern", \.pattern, .string,
      """
      A glob over the path below there: "*.md" finds files right there, "**/*.md" at every depth; "?", "[a-z]" and \
      "{a,b}" work too.
      """),
    .optional(
      "excludePatterns", \.excludePatterns, .array(of: .string),
      "Globs of what is neither shown nor entered; one without a slash, such as \"node_modules\", counts at every depth."
    ))

  static let definition = tool(
    "search_files", "Search files",
    "Finds files and directories whose path matches a glob. Links are shown, not followed. The text has absolute paths.",
    output: [
      "matches": [
        "type": "array",
        "items": [
          "type": "object",
          "properties": [
            "path": ["type": "string", "description": "Relative to the root."],
            "type": ["type": "string", "enum": ["file", "directory", "symlink", "other"]],
            "size": ["type": "integer", "description": "Bytes, of files."],
            "addressable": [
              "type": "boolean", "description": "False where a name is not UTF-8, so that no path can name it.",
            ],
          ],
          "required": ["path", "type"],
        ],
      ],
      "truncated": ["type": "boolean", "description": "Whether a limit ended the search early; the text says which."],
    ])

  private static let mostExclusions = 64

  static func run(_ arguments: Arguments, _ scope: FilesystemScope) throws -> CallToolResult {
    let pattern = try compiled(arguments.pattern, "pattern")
    let exclusions = arguments.excludePatterns ?? []
    guard exclusions.count <= mostExclusions else {
      throw ToolCallFailure.invalidArguments(
        "arguments.excludePatterns has \(exclusions.count) patterns; give at most \(mostExclusions)")
    }
    let excluded = try exclusions.enumerated().map { place, text in
      try compiled(text.contains("/") || text.isEmpty ? text : "**/" + text, "excludePatterns[\(place)]")
    }
    let start = try scope.root.open(arguments.path, CROOTED_DIRECTORY)
    var search = DirectorySearch(pattern, excluded: excluded, limits: scope.limits, flag: scope.flag)
    try search.run(in: start, path: arguments.path)
    let base = try scope.root.tidy(arguments.path)
    return result(search, base == "." ? [] : [base], scope.root.path)
  }

  private static func compiled(_ text: String, _ argument: String) throws -> PathPattern {
    do throws(FilesystemServerError) { return try PathPattern(text) } catch {
      throw ToolCallFailure.invalidArguments("arguments.\(argument): \(error.message)")
    }
  }

  private static func result(_ search: DirectorySearch, _ base: [String], _ root: String) -> CallToolResult {
    let found = search.matches.map { (match: $0, path: (base + $0.path).joined(separator: "/")) }
    var lines = found.map { match, path in
      (root == "/" ? "/" + path : "\(root)/\(path)") + (match.isAddressable ? "" : " (not UTF-8: no path can name it)")
    }
    if lines.isEmpty { lines = ["No matches found"] }
    if let reason = search.budget.truncation { lines.append("(truncated: \(reason); narrow the path or the pattern)") }
    let matches: [JSONValue] = found.map { match, path in
      var fields: JSONObject = ["path": .string(path), "type": .string(match.type.rawValue)]
      fields["size"] = match.size.map { .integer($0) }
      if !match.isAddressable { fields["addressable"] = false }
      return .object(fields)
    }
    return CallToolResult(
      structured: lines.joined(separator: "\n"),
      ["matches": .array(matches), "truncated": .bool(search.budget.truncation != nil)])
  }
}
