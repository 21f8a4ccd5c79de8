package import SCRProtocol

/// What tells one request from another, part by part, so that two that differ can say in what. Who is asked and how freely it
/// may answer is no part of it: that is configuration.
package struct ModelRequestDigest: Sendable, Hashable {
  package var instructions: String
  package var conversation: String
  package var tools: String
  package var output: String

  package init(_ request: ModelRequest) {
    instructions = Self.digest(request.system.map { .string($0) } ?? .null)
    conversation = Self.digest(.array(request.messages.map(\.canonical)))
    tools = Self.digest([
      .array(request.tools.map { [.string($0.name), .string($0.description), $0.inputSchema] }),
      .string("\(request.toolChoice)"),
    ])
    output = Self.digest(request.output.map { [.string($0.name), $0.schema] } ?? .null)
  }

  /// 64 bits: told apart by accident never, and short enough for a file that people read.
  private static func digest(_ value: JSONValue) -> String { String(SHA256.hex(value.canonical.encoded).prefix(16)) }

  /// The first part that is another, in words; nil where none is.
  package func difference(from other: Self) -> String? {
    if instructions != other.instructions { return "the instructions" }
    if tools != other.tools { return "the tools" }
    if output != other.output { return "the form of the answer" }
    return conversation == other.conversation ? nil : "the conversation"
  }

  /// `{instructions, conversation, tools, output}`.
  package var json: JSONValue {
    [
      "instructions": .string(instructions), "conversation": .string(conversation), "tools": .string(tools),
      "output": .string(output),
    ]
  }

  /// Nil for what ``json`` never gives.
  package init?(json: JSONValue) {
    guard let instructions = json["instructions"]?.stringValue, let conversation = json["conversation"]?.stringValue,
      let tools = json["tools"]?.stringValue, let output = json["output"]?.stringValue
    else { return nil }
    self.instructions = instructions
    self.conversation = conversation
    self.tools = tools
    self.output = output
  }
}
