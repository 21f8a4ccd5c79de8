/// A JSON value that keeps what the wire said: key order, 64-bit integers and the digits of larger numbers (RFC 8259).
///
/// Trees are built only where a consumer asks for one; messages travel as ``JSONSlice``s.
package enum JSONValue: Sendable, Hashable {
  case null
  case bool(Bool)
  /// A number written without fraction or exponent that fits 64 bits.
  case integer(Int64)
  /// Any other number, with its digits as they came.
  case number(JSONNumber)
  case string(String)
  case array([JSONValue])
  case object(JSONObject)
}

extension JSONValue {
  package var stringValue: String? { if case .string(let value) = self { value } else { nil } }
  package var boolValue: Bool? { if case .bool(let value) = self { value } else { nil } }
  package var integerValue: Int64? { if case .integer(let value) = self { value } else { nil } }
  package var arrayValue: [JSONValue]? { if case .array(let value) = self { value } else { nil } }
  package var objectValue: JSONObject? { if case .object(let value) = self { value } else { nil } }
  package var isNull: Bool { self == .null }

  /// The number as a `Double`; integers beyond 2^53 lose precision, as they do in every JSON peer.
  package var doubleValue: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .number(let value): value.doubleValue
    default: nil
    }
  }

  /// The member of an object; nil for a missing key and for every other kind of value.
  package subscript(key: String) -> JSONValue? { objectValue?[key] }

  /// What the value is called in an error: `null`, `boolean`, `integer`, `number`, `string`, `array`, `object`.
  package var typeName: String {
    switch self {
    case .null: "null"
    case .bool: "boolean"
    case .integer: "integer"
    case .number: "number"
    case .string: "string"
    case .array: "array"
    case .object: "object"
    }
  }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
  ExpressibleByNilLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral, ExpressibleByFloatLiteral
{
  package init(stringLiteral value: String) { self = .string(value) }
  package init(integerLiteral value: Int64) { self = .integer(value) }
  package init(booleanLiteral value: Bool) { self = .bool(value) }
  package init(nilLiteral: ()) { self = .null }
  package init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
  package init(floatLiteral value: Double) { self = .init(value) }
  package init(dictionaryLiteral elements: (String, JSONValue)...) {
    self = .object(JSONObject(elements.map { JSONField(key: $0.0, value: $0.1) }))
  }

  /// A double as JSON; values that JSON cannot write (NaN, infinities) become null.
  package init(_ value: Double) {
    if let integer = Int64(exactly: value), abs(value) < 9_007_199_254_740_992 {
      self = .integer(integer)
    } else {
      self = value.isFinite ? .number(JSONNumber(value)) : .null
    }
  }

  package init(_ value: Int) { self = .integer(Int64(value)) }
}

/// A number that is not a 64-bit integer, kept as the digits that were read so that nothing is lost on the way through.
package struct JSONNumber: Sendable, Hashable, CustomStringConvertible {
  /// The number as JSON writes it, for example `1.0`, `1e400` or `18446744073709551616`.
  package let text: String

  /// The caller vouches that `text` is a JSON number.
  package init(validated text: String) { self.text = text }
  package init(_ value: Double) { text = value.description }

  /// The nearest double; infinite where the digits exceed its range.
  package var doubleValue: Double { Double(text) ?? .nan }
  package var description: String { text }
}
