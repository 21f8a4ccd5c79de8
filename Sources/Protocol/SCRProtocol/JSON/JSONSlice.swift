/// A JSON value as bytes of the frame it came in: checked, but not built into a tree.
package struct JSONSlice: Sendable {
  package let frame: [UInt8]
  package let range: Range<Int>

  /// The caller vouches that `range` holds exactly one JSON value.
  package init(validated frame: [UInt8], range: Range<Int>) {
    self.frame = frame
    self.range = range
  }

  package init(_ value: JSONValue) {
    frame = value.encoded
    range = 0..<frame.count
  }

  package var bytes: ArraySlice<UInt8> { frame[range] }
  package var isObject: Bool { frame[range.lowerBound] == UInt8(ascii: "{") }
  package var isNull: Bool { frame[range.lowerBound] == UInt8(ascii: "n") }

  /// Builds the tree.
  /// - Throws: ``JSONParseError`` where the value has more nodes than `limits` allow.
  package func value(limits: JSONLimits = .standard) throws(JSONParseError) -> JSONValue {
    try JSONParser.parse(bytes, limits: limits)
  }

  /// The members of up to three names, read in one pass; of duplicate keys the last. All nil for what is no object.
  package func members(
    _ first: StaticString, _ second: StaticString, _ third: StaticString
  ) -> (JSONSlice?, JSONSlice?, JSONSlice?) {
    guard isObject else { return (nil, nil, nil) }
    var found: (Range<Int>?, Range<Int>?, Range<Int>?)
    frame.withUnsafeBufferPointer { buffer in
      var cursor = JSONCursor(buffer, at: range.lowerBound)
      let reader = cursor
      try? cursor.scanObject { member in
        if reader.key(of: member, is: first) {
          found.0 = member.value
        } else if reader.key(of: member, is: second) {
          found.1 = member.value
        } else if reader.key(of: member, is: third) {
          found.2 = member.value
        }
      }
    }
    return (slice(found.0), slice(found.1), slice(found.2))
  }

  private func slice(_ range: Range<Int>?) -> JSONSlice? { range.map { JSONSlice(validated: frame, range: $0) } }

  package func member(_ name: StaticString) -> JSONSlice? { members(name, name, name).0 }

  /// The text, if the value is a string.
  package var string: String? {
    frame.withUnsafeBufferPointer { buffer in
      guard buffer[range.lowerBound] == UInt8(ascii: "\"") else { return nil }
      var cursor = JSONCursor(buffer, at: range.lowerBound)
      return try? cursor.string()
    }
  }

  /// Whether the value is the string `text`, which needs no escapes.
  package func isString(_ text: StaticString) -> Bool {
    guard range.count == text.utf8CodeUnitCount + 2, frame[range.lowerBound] == UInt8(ascii: "\"") else {
      return false
    }
    return (0..<text.utf8CodeUnitCount).allSatisfy { frame[range.lowerBound + 1 + $0] == text.utf8Start[$0] }
  }
}
