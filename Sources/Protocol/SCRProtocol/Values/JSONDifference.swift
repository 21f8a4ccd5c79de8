/// Where two values are not the same, in words.
package enum JSONDifference {
  /// The first place where they differ; nil if there is none. `"<any>"` where a value is expected stands for all values.
  package static func first(_ came: JSONValue, _ expected: JSONValue, at path: String = "") -> String? {
    if expected == "<any>" || came == expected { return nil }
    switch (came, expected) {
    case (.object(let came), .object(let expected)):
      for field in expected {
        guard let value = came[field.key] else { return "\(path).\(field.key) is missing" }
        if let found = first(value, field.value, at: "\(path).\(field.key)") { return found }
      }
      return came.keys.first { expected[$0] == nil }.map { "\(path).\($0) is too much" }
    case (.array(let came), .array(let expected)) where came.count == expected.count:
      for (place, pair) in zip(came, expected).enumerated() {
        if let found = first(pair.0, pair.1, at: "\(path)[\(place)]") { return found }
      }
      return nil
    default: return "\(path.isEmpty ? "the frame" : path) is \(came.jsonText), expected \(expected.jsonText)"
    }
  }
}
