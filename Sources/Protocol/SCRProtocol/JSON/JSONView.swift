/// A JSON text that is looked into where it lies: of many small texts, those who want a member or two of each build nothing
/// else. Lives only while ``look(at:_:)`` runs.
package struct JSONView {
  private let bytes: UnsafeBufferPointer<UInt8>
  private let range: Range<Int>

  private init(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) {
    self.bytes = bytes
    self.range = range
  }

  /// - Returns: what `body` gives; nil, without asking it, for a text that is not exactly one JSON value (RFC 8259) within the
  ///   standard depth.
  package static func look<Value>(at text: ArraySlice<UInt8>, _ body: (JSONView) -> Value?) -> Value? {
    text.withUnsafeBufferPointer { bytes in
      var cursor = JSONCursor(bytes)
      cursor.skipWhitespace()
      let start = cursor.position
      do throws(JSONParseError) {
        try cursor.skipValue()
        let range = start..<cursor.position
        try cursor.expectEnd()
        return body(JSONView(bytes, range))
      } catch { return nil }
    }
  }

  /// One key with its value.
  package struct Member {
    fileprivate let reader: JSONCursor
    fileprivate let place: JSONMember
    package var value: JSONView { JSONView(reader.bytes, place.value) }
    package func isNamed(_ name: StaticString) -> Bool { reader.key(of: place, is: name) }
  }

  /// The members in order, repeated ones too, of which a parser keeps the last; none for what is no object.
  package func members(_ visit: (Member) -> Void) {
    guard bytes[range.lowerBound] == UInt8(ascii: "{") else { return }
    var cursor = JSONCursor(bytes, at: range.lowerBound)
    let reader = cursor
    try? cursor.scanObject { visit(Member(reader: reader, place: $0)) }
  }

  /// The first element; nil for what is no array, or an empty one.
  package var first: JSONView? {
    guard bytes[range.lowerBound] == UInt8(ascii: "[") else { return nil }
    var cursor = JSONCursor(bytes, at: range.lowerBound + 1)
    do throws(JSONParseError) {
      if try cursor.peekToken() == UInt8(ascii: "]") { return nil }
      let start = cursor.position
      try cursor.skipValue()
      return JSONView(bytes, start..<cursor.position)
    } catch { return nil }
  }

  package var isNull: Bool { bytes[range.lowerBound] == UInt8(ascii: "n") }
  package var isFalse: Bool { bytes[range.lowerBound] == UInt8(ascii: "f") }

  /// The text, if the value is a string.
  package var string: String? {
    guard bytes[range.lowerBound] == UInt8(ascii: "\"") else { return nil }
    var cursor = JSONCursor(bytes, at: range.lowerBound)
    return try? cursor.string()
  }

  /// Whether the value is the string `text`, written without escapes.
  package func isString(_ text: StaticString) -> Bool {
    guard range.count == text.utf8CodeUnitCount + 2, bytes[range.lowerBound] == UInt8(ascii: "\"") else { return false }
    return (0..<text.utf8CodeUnitCount).allSatisfy { bytes[range.lowerBound + 1 + $0] == text.utf8Start[$0] }
  }

  /// The number, if the value is one of 64 bits.
  package var integer: Int64? {
    var cursor = JSONCursor(bytes, at: range.lowerBound)
    return (try? cursor.number())?.integerValue
  }
}
