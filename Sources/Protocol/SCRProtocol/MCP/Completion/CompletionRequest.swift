/// What `completion/complete` asks for: values of one argument that begin as the user began.
package struct CompletionRequest: Sendable, Hashable {
  package enum Reference: Sendable, Hashable {
    case prompt(String)
    /// A URI template, or a URI.
    case resource(String)
  }

  package var reference: Reference
  package var argument: String
  /// What the user has typed so far.
  package var value: String
  /// Arguments that are known already.
  package var known: [String: String]

  package init(_ reference: Reference, argument: String, value: String, known: [String: String] = [:]) {
    self.reference = reference
    self.argument = argument
    self.value = value
    self.known = known
  }

  /// - Throws: `RPCError` −32602 naming the member.
  package init(params: JSONValue) throws(RPCError) {
    let ref = params["ref"]
    switch ref?["type"]?.stringValue {
    case "ref/prompt": reference = .prompt(try Self.text(ref?["name"], "ref.name"))
    case "ref/resource": reference = .resource(try Self.text(ref?["uri"], "ref.uri"))
    default:
      throw RPCError(
        .invalidParams, "\"ref.type\" must be \"ref/prompt\" or \"ref/resource\"", path: "params.ref.type")
    }
    argument = try Self.text(params["argument"]?["name"], "argument.name")
    value = try Self.text(params["argument"]?["value"], "argument.value")
    known = [:]
    for field in params["context"]?["arguments"]?.objectValue ?? [:] {
      known[field.key] = try Self.text(field.value, "context.arguments.\(field.key.prefix(100))")
    }
  }

  private static func text(_ value: JSONValue?, _ member: String) throws(RPCError) -> String {
    if let text = value?.stringValue { return text }
    throw RPCError(.invalidParams, "\"\(member)\" must be a string", path: "params.\(member)")
  }
}

/// What `completion/complete` answers.
package struct Completion: Sendable, Hashable {
  /// What an answer may hold (MCP, completion).
  package static let limit = 100

  package var values: [String]
  /// How many there are, if that is known.
  package var total: Int?
  package var hasMore: Bool?

  package init(_ values: [String], total: Int? = nil, hasMore: Bool? = nil) {
    self.values = values
    self.total = total
    self.hasMore = hasMore
  }

  /// The first hundred; what is left out is told.
  package var json: JSONValue {
    var fields: JSONObject = ["values": .array(values.prefix(Self.limit).map { .string($0) })]
    let isCut = values.count > Self.limit
    fields["total"] = (total ?? (isCut ? values.count : nil)).map { .init($0) }
    fields["hasMore"] = (isCut ? true : hasMore).map { .bool($0) }
    return .object(fields)
  }
}
