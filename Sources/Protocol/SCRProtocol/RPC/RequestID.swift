/// The id of a JSON-RPC request: a string or an integer, never null (MCP 2026-07-28, base protocol). Strings are the
/// same only byte for byte.
package enum RequestID: Sendable, Hashable, CustomStringConvertible {
  case integer(Int64)
  case string(String)

  package static func == (left: Self, right: Self) -> Bool {
    switch (left, right) {
    case (.integer(let left), .integer(let right)): left == right
    case (.string(let left), .string(let right)): left.hasBytes(of: right)
    default: false
    }
  }

  package func hash(into hasher: inout Hasher) {
    switch self {
    case .integer(let number): hasher.combine(number)
    case .string(let text): hasher.combine(ByteText(text: text))
    }
  }

  package init?(_ value: JSONValue) {
    switch value {
    case .integer(let number): self = .integer(number)
    case .string(let text): self = .string(text)
    default: return nil
    }
  }

  package var json: JSONValue {
    switch self {
    case .integer(let number): .integer(number)
    case .string(let text): .string(text)
    }
  }

  package var description: String { json.jsonText }

  /// For messages: an id may be as long as a frame.
  package var quoted: String {
    let text = description
    return text.utf8.count <= 100 ? text : "\(text.prefix(100))…"
  }
}
