import SCRProtocol

extension ModelMessage {
  /// All of it that an answer depends on, as one value.
  var canonical: JSONValue { [.string(role.rawValue), .array(parts.map(Self.canonical))] }

  private static func canonical(_ part: Part) -> JSONValue {
    switch part {
    case .text(let text): ["text", .string(text)]
    case .reasoning(let block): ["reasoning", .string(block.text), block.seal ?? .null, .string(block.kind)]
    case .toolCall(let call):
      [
        "call", .string(call.id), .string(call.name), .object(call.arguments),
        call.malformed.map { .string($0) } ?? .null,
      ]
    case .toolResult(let result):
      ["result", .string(result.callID), .string(result.name), .string(result.text), .bool(result.isError)]
    }
  }
}
