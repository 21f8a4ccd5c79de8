import MCPServer
import SCRProtocol

/// What a tool works on.
struct FilesystemScope: Sendable {
  let root: RootedDirectory
  let limits: FilesystemLimits
  /// Set as soon as the client waits no longer.
  let flag: CancellationFlag
}

/// One tool. Its arguments' shape is its input schema, so that what is shown is what is checked.
protocol FilesystemTool: Sendable {
  associatedtype Arguments: Sendable
  static var shape: Shape<Arguments> { get }
  static var definition: MCPTool { get }

  /// Runs on the worker's thread and may block.
  /// - Throws: ``FilesystemServerError``, `ToolCallFailure.invalidArguments`, `CancellationError`.
  static func run(_ arguments: Arguments, _ scope: FilesystemScope) throws -> CallToolResult
}

extension FilesystemTool {
  static func call(_ arguments: JSONObject, _ scope: FilesystemScope) throws -> CallToolResult {
    let decoded: Arguments
    do throws(ShapeError) { decoded = try shape.decode(.object(arguments), path: "arguments") } catch {
      throw ToolCallFailure.invalidArguments("\(error.path): \(error.message)" + (error.hint.map { " (\($0))" } ?? ""))
    }
    let result = try run(decoded, scope)
    try checkSize(of: result, scope.limits.answerBytes)
    return result
  }

  /// A frame over the peer's limit would be lost, and the call with it.
  private static func checkSize(of result: CallToolResult, _ limit: Int) throws(FilesystemServerError) {
    let text = result.content.first?["text"]?.stringValue?.utf8.count ?? 0
    // A structure is at most some dozen times as long as its text; only long answers are measured.
    guard text > limit / 64 else { return }
    var writer = JSONWriter(capacity: text * 3)
    result.write(to: &writer, revision: .july2026)
    if writer.bytes.count > limit {
      throw FilesystemServerError(
        .tooLarge,
        "the answer has \(writer.bytes.count) bytes, more than the \(limit) that fit into one message; ask for less")
    }
  }

  /// - Parameter output: the members of `structuredContent` beside `content`.
  static func tool(
    _ name: String, _ title: String, _ description: String, output: JSONObject = [:], isReadOnly: Bool = true
  ) -> MCPTool {
    var properties: JSONObject = [
      "content": ["type": "string", "description": "The same text as in the content block."]
    ]
    for member in output { properties[member.key] = member.value }
    var annotations: JSONObject = ["title": .string(title), "readOnlyHint": .bool(isReadOnly)]
    if !isReadOnly {
      annotations["destructiveHint"] = true
      annotations["idempotentHint"] = true
    }
    annotations["openWorldHint"] = false
    return MCPTool(
      name: name, title: title, description: description, inputSchema: shape.schema,
      outputSchema: [
        "type": "object", "properties": .object(properties), "required": .array(properties.keys.map { .string($0) }),
      ],
      annotations: annotations)
  }
}

extension CallToolResult {
  /// The text, and beside it the same text as `content` with further members.
  init(structured text: String, _ members: JSONObject = [:]) {
    var structure: JSONObject = ["content": .string(text)]
    for member in members { structure[member.key] = member.value }
    self.init(text: text, structuredContent: .object(structure))
  }
}

extension FilesystemServerError {
  var result: CallToolResult { CallToolResult(text: message, isError: true) }
}
