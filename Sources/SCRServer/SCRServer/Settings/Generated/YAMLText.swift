import SCRProtocol

/// Values as a person would write them in YAML, on one line.
enum YAMLText {
  static func flow(_ value: JSONValue) -> String {
    switch value {
    case .null, .bool, .integer, .number: value.jsonText
    case .string(let text): isPlain(text) ? text : value.jsonText
    case .array(let values): "[\(values.map(flow).joined(separator: ", "))]"
    case .object(let fields) where fields.isEmpty: "{}"
    case .object(let fields):
      "{ \(fields.map { "\(flow(.string($0.key))): \(flow($0.value))" }.joined(separator: ", ")) }"
    }
  }

  private static func isPlain(_ text: String) -> Bool {
    guard let first = text.utf8.first, EnvironmentName.isLetterOrDigit(first) || first == UInt8(ascii: "/") else {
      return false
    }
    return text.utf8.allSatisfy { EnvironmentName.isLetterOrDigit($0) || "_-./".utf8.contains($0) }
      && YAMLScalar.resolve(text) == .string(text)
  }
}
