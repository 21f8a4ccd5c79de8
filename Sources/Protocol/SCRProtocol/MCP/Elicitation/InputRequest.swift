/// What a server asks of a client in the middle of a request: MCP 2026-07-28's `InputRequest`, which older revisions
/// send as a request of its own.
package struct InputRequest: Sendable, Hashable {
  package enum Method: String, Sendable, Hashable, CaseIterable {
    case elicit = "elicitation/create"
    case sample = "sampling/createMessage"
    case listRoots = "roots/list"
  }

  package var method: Method
  /// In the newest shape.
  package var params: JSONObject

  package init(_ method: Method, params: JSONObject = [:]) {
    self.method = method
    self.params = params
  }

  /// Reads `{method, params?}`. Nil for other methods.
  package init?(_ value: JSONValue) {
    guard let method = value["method"]?.stringValue.flatMap(Method.init) else { return nil }
    self.init(method, params: value["params"]?.objectValue ?? [:])
  }

  /// Asks the user for values.
  /// - Parameter schema: of an object whose members are strings, numbers, booleans, or choices of strings; never for secrets.
  package static func form(_ message: String, schema: JSONObject) -> InputRequest {
    InputRequest(
      .elicit, params: ["mode": "form", "message": .string(message), "requestedSchema": .object(schema)])
  }

  /// Sends the user to a page, for what must not pass through the client.
  package static func visit(_ url: String, _ message: String) -> InputRequest {
    InputRequest(.elicit, params: ["mode": "url", "message": .string(message), "url": .string(url)])
  }

  /// Asks the client's model.
  /// - Parameters:
  ///   - maxTokens: of the answer.
  ///   - more: further members of `CreateMessageRequestParams`.
  package static func sample(_ messages: [JSONValue], maxTokens: Int, _ more: JSONObject = [:]) -> InputRequest {
    var params: JSONObject = ["messages": .array(messages), "maxTokens": .init(maxTokens)]
    for field in more { params[field.key] = field.value }
    return InputRequest(.sample, params: params)
  }

  /// Whether a person is to open an address instead of filling in a form.
  package var isURL: Bool { method == .elicit && params["mode"] == "url" }

  package static let roots = InputRequest(.listRoots)

  /// `{method, params}`; `roots/list` has no parameters.
  package var json: JSONValue {
    var fields: JSONObject = ["method": .string(method.rawValue)]
    if method != .listRoots || !params.isEmpty { fields["params"] = .object(params) }
    return .object(fields)
  }

  /// The capabilities without which a client must not be asked.
  package var requiredCapabilities: JSONObject {
    switch method {
    case .elicit: ["elicitation": isURL ? ["url": [:]] : ["form": [:]]]
    case .sample: ["sampling": needsTools ? ["tools": [:]] : [:]]
    case .listRoots: ["roots": [:]]
    }
  }

  package func isAllowed(by client: ClientCapabilities) -> Bool {
    switch method {
    case .elicit: isURL ? client.takesURLs : client.takesForms
    case .sample: needsTools ? client.samplesWithTools : client.samples
    case .listRoots: client.hasRoots
    }
  }

  private var needsTools: Bool { params["tools"] != nil || params["toolChoice"] != nil }

  /// Whether `answer` has the shape of an answer to this.
  package func accepts(_ answer: JSONValue) -> Bool {
    switch method {
    case .elicit: ElicitResult(answer) != nil
    case .sample: CreateMessageResult(answer) != nil
    case .listRoots: ListRootsResult(answer) != nil
    }
  }
}
