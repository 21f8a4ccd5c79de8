import MCPServer
import SCRConnection
import SCRProtocol
import SCRRuntime

/// Errors of the runtime as results that a model can read: text with the hint, and `{error: {kind, …}}`.
enum ToolFailure {
  /// - Parameter isStructured: false for tools whose output schema the error would not satisfy.
  /// - Throws: `CancellationError`, and errors that say nothing of the tool.
  static func result(of error: any Error, isStructured: Bool) throws -> CallToolResult {
    guard let error = rpcError(error), let kind = error.kind, kind != .internal else { throw error }
    let text = error.data?["hint"]?.stringValue.map { "\(error.message) (\($0))" } ?? error.message
    let detail: JSONValue? = isStructured ? ["error": json(error)] : nil
    if kind == .invalidInput || kind == .invalidParams { throw ToolCallFailure.invalidArguments(text, detail: detail) }
    return CallToolResult(text: text, structuredContent: detail, isError: true)
  }

  private static func rpcError(_ error: any Error) -> RPCError? {
    (error as? RPCError) ?? (error as? any RPCErrorConvertible)?.rpcError
  }

  /// `{kind, message, retryable, …}` as in the data of JSON-RPC errors. Paths begin with `arguments` here.
  private static func json(_ error: RPCError) -> JSONValue {
    var fields: JSONObject = ["kind": error.data?["kind"] ?? .null, "message": .string(error.message)]
    for field in error.data?.objectValue ?? [:] { fields[field.key] = field.value }
    if let path = fields["path"]?.stringValue, path.hasPrefix("params") {
      fields["path"] = .string("arguments" + path.dropFirst("params".count))
    }
    return .object(fields)
  }
}
