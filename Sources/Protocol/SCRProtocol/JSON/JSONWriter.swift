/// Writes compact JSON (no whitespace, no newline) by appending UTF-8 to a byte buffer.
///
/// Strings are escaped as RFC 8259 demands and no further: `/` and non-ASCII characters stay as they are.
package struct JSONWriter: Sendable {
  package private(set) var bytes: [UInt8]

  package init(capacity: Int = 256) {
    bytes = []
    bytes.reserveCapacity(capacity)
  }

  /// Appends bytes that are JSON already.
  package mutating func raw(_ slice: some Sequence<UInt8>) { bytes.append(contentsOf: slice) }
  package mutating func raw(_ text: StaticString) {
    bytes.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  package mutating func value(_ value: JSONValue) {
    switch value {
    case .null: raw("null")
    case .bool(let flag): flag ? raw("true") : raw("false")
    case .integer(let number): integer(number)
    case .number(let number): bytes.append(contentsOf: number.text.utf8)
    case .string(let text): string(text)
    case .array(let values): array(values)
    case .object(let fields): object(fields)
    }
  }

  package mutating func array(_ values: [JSONValue]) {
    bytes.append(UInt8(ascii: "["))
    var first = true
    for element in values {
      if !first { bytes.append(UInt8(ascii: ",")) }
      first = false
      value(element)
    }
    bytes.append(UInt8(ascii: "]"))
  }

  package mutating func object(_ fields: JSONObject) {
    bytes.append(UInt8(ascii: "{"))
    var first = true
    for field in fields.fields {
      if !first { bytes.append(UInt8(ascii: ",")) }
      first = false
      string(field.key)
      bytes.append(UInt8(ascii: ":"))
      value(field.value)
    }
    bytes.append(UInt8(ascii: "}"))
  }

  package mutating func integer(_ number: Int64) {
    if number >= 0, number < 10 {
      bytes.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: number))
    } else {
      bytes.append(contentsOf: String(number).utf8)
    }
  }

  package mutating func string(_ text: String) {
    bytes.append(UInt8(ascii: "\""))
    var text = text
    text.withUTF8 { escape($0) }
    bytes.append(UInt8(ascii: "\""))
  }

  private mutating func escape(_ text: UnsafeBufferPointer<UInt8>) {
    var start = 0
    for position in text.indices {
      let byte = text[position]
      guard byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") else { continue }
      bytes.append(contentsOf: text[start..<position])
      start = position + 1
      bytes.append(UInt8(ascii: "\\"))
      switch byte {
      case 0x08: bytes.append(UInt8(ascii: "b"))
      case 0x09: bytes.append(UInt8(ascii: "t"))
      case 0x0A: bytes.append(UInt8(ascii: "n"))
      case 0x0C: bytes.append(UInt8(ascii: "f"))
      case 0x0D: bytes.append(UInt8(ascii: "r"))
      case 0x00...0x1F:
        raw("u00")
        bytes.append(Self.hexDigits[Int(byte >> 4)])
        bytes.append(Self.hexDigits[Int(byte & 0xF)])
      default: bytes.append(byte)
      }
    }
    bytes.append(contentsOf: text[start...])
  }

  private static let hexDigits = Array("0123456789abcdef".utf8)
}

extension JSONValue {
  /// The value as compact JSON in UTF-8.
  package var encoded: [UInt8] {
    var writer = JSONWriter()
    writer.value(self)
    return writer.bytes
  }

  /// The value as compact JSON text.
  package var jsonText: String { String(decoding: encoded, as: UTF8.self) }

  /// A form in which equal values have equal bytes: keys sorted at every depth. The basis of digests.
  package var canonical: JSONValue {
    switch self {
    case .array(let values): .array(values.map(\.canonical))
    case .object(let fields):
      .object(
        JSONObject(
          fields.fields.sorted { $0.key < $1.key }.map { JSONField(key: $0.key, value: $0.value.canonical) }))
    default: self
    }
  }
}
