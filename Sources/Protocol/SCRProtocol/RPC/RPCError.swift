/// The error of a JSON-RPC response, with the machine-readable `data` of interface.md §3.
package struct RPCError: Error, Sendable, Hashable, CustomStringConvertible {
  package var code: Int
  /// What happened and why, for a person.
  package var message: String
  /// `{kind, retryable, retryAfterMs?, taskId?, path?, hint?}`, or what the peer sent.
  package var data: JSONValue?

  package init(code: Int, message: String, data: JSONValue? = nil) {
    self.code = code
    self.message = message
    self.data = data
  }

  /// - Parameters:
  ///   - hint: what to do about it.
  ///   - path: where in the input the fault lies, for example `params.plan.steps[2].tool`.
  package init(
    _ kind: ErrorKind, _ message: String, retryable: Bool = false, retryAfterMs: Int? = nil, taskID: String? = nil,
    path: String? = nil, hint: String? = nil, extra: JSONObject = [:]
  ) {
    var data: JSONObject = ["kind": .string(kind.name), "retryable": .bool(retryable)]
    data["retryAfterMs"] = retryAfterMs.map { .init($0) }
    data["taskId"] = taskID.map { .string($0) }
    data["path"] = path.map { .string($0) }
    data["hint"] = hint.map { .string($0) }
    for field in extra { data[field.key] = field.value }
    self.init(code: kind.code, message: message, data: .object(data))
  }

  /// Reads the `error` member of a response; a malformed one becomes an internal error that quotes it.
  package init(_ value: JSONValue) {
    guard let code = value["code"]?.integerValue, let message = value["message"]?.stringValue else {
      self.init(.internal, "the peer sent a malformed error: \(value.jsonText.prefix(200))")
      return
    }
    self.init(code: Int(code), message: message, data: value["data"])
  }

  /// The kind in `data`, if it is one of ours.
  package var kind: ErrorKind? { data?["kind"]?.stringValue.flatMap(ErrorKind.named) }

  package var json: JSONValue {
    var fields: JSONObject = ["code": .init(code), "message": .string(message)]
    fields["data"] = data
    return .object(fields)
  }

  package var description: String { "\(message) (\(code))" }
}
