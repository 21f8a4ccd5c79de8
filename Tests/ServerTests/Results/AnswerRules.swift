import SCRProtocol
import SCRServer
import Synchronization

/// Holds what native methods answer against what they say of themselves.
enum AnswerRules {
  private static let compiled = Mutex<[String: JSONSchema]>([:])

  /// - Parameters:
  ///   - method: or `event`, for a notification.
  ///   - message: the whole message; errors and the answers of other methods are passed over.
  static func problems(
    of method: String, _ message: JSONValue, _ description: NativeDescription
  ) -> [String] {
    let value = method == "event" ? message["params"] : message["result"]
    let schema = method == "event" ? NativeDescription.eventSchema : description.resultSchema(of: method)
    guard let value, let schema else { return [] }
    let known = compiled.withLock { $0[method] }
    do {
      let rules = try known ?? JSONSchema.compile(schema)
      compiled.withLock { $0[method] = rules }
      return rules.validate(value).map(\.description)
    } catch { return ["the schema of \(method): \(error)"] }
  }

  /// Whether a recording leaves open what stands somewhere.
  static func isOpen(_ value: JSONValue) -> Bool { value.jsonText.contains(#""<any>""#) }

  /// A recorded message with numbers where the record has names for them.
  static func filled(_ value: JSONValue) -> JSONValue {
    switch value {
    case .string("<number>"): 1
    case .array(let values): .array(values.map(filled))
    case .object(let fields):
      .object(JSONObject(fields.map { JSONField(key: $0.key, value: filled($0.value)) }))
    default: value
    }
  }
}
