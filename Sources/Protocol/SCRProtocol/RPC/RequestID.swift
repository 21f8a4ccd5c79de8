/// The id of a JSON-RPC request: a string or an integer, never null (MCP 2026-07-28, base protocol).
package enum RequestID: Sendable, Hashable, CustomStringConvertible {
  case integer(Int64)
  case string(String)

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
}
