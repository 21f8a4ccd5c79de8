/// A JSON text that a person wrote: its value, and where each value and key stands.
package struct LocatedJSON: Sendable, Hashable {
  package let value: JSONValue
  /// Where values begin, by path.
  package let places: SourceMap
  /// Where keys begin, by the path of their value.
  package let keys: SourceMap
  /// Paths of members whose key their object has already, with the place of the later key.
  package let duplicates: [Duplicate]

  package struct Duplicate: Sendable, Hashable {
    package let path: String
    package let place: SourceLocation

    package init(path: String, place: SourceLocation) {
      self.path = path
      self.place = place
    }
  }

  /// - Throws: ``JSONParseError``; its line and column are 1-based, columns count bytes.
  package init(_ text: String, file: String, limits: JSONLimits = .standard) throws(JSONParseError) {
    var text = text
    let outcome = text.withUTF8 { bytes -> Result<LocatedJSON, JSONParseError> in
      do throws(JSONParseError) {
        try limits.check(bytes)
        var reader = LocatedReader(bytes, file: file, limits: limits)
        return .success(LocatedJSON(try reader.document(), reader))
      } catch { return .failure(error) }
    }
    self = try outcome.get()
  }

  private init(_ value: JSONValue, _ reader: LocatedReader) {
    self.value = value
    (places, keys, duplicates) = (reader.places, reader.keys, reader.duplicates)
  }
}

/// Builds the tree beside its places. Apart from ``JSONParser``, which must not pay for paths.
private struct LocatedReader {
  private(set) var places = SourceMap()
  private(set) var keys = SourceMap()
  private(set) var duplicates: [LocatedJSON.Duplicate] = []
  private var cursor: JSONCursor
  private var lines: SourceLines
  private let limits: JSONLimits
  private var nodes = 0

  init(_ bytes: UnsafeBufferPointer<UInt8>, file: String, limits: JSONLimits) {
    cursor = JSONCursor(bytes)
    lines = SourceLines(bytes, file: file)
    self.limits = limits
  }

  mutating func document() throws(JSONParseError) -> JSONValue {
    let value = try value("", depth: 0)
    try cursor.expectEnd()
    return value
  }

  private mutating func value(_ path: String, depth: Int) throws(JSONParseError) -> JSONValue {
    nodes += 1
    if nodes > limits.nodes { throw cursor.error("more than \(limits.nodes) values") }
    if depth > limits.depth { throw cursor.error("nested deeper than \(limits.depth) levels") }
    let token = try cursor.peekToken()
    places.record(lines.location(at: cursor.position), at: path)
    switch token {
    case UInt8(ascii: "{"): return try object(path, depth: depth + 1)
    case UInt8(ascii: "["): return try array(path, depth: depth + 1)
    case UInt8(ascii: "\""): return .string(try cursor.string())
    case UInt8(ascii: "t"):
      try cursor.literal("true")
      return .bool(true)
    case UInt8(ascii: "f"):
      try cursor.literal("false")
      return .bool(false)
    case UInt8(ascii: "n"):
      try cursor.literal("null")
      return .null
    default: return try cursor.number()
    }
  }

  private mutating func object(_ path: String, depth: Int) throws(JSONParseError) -> JSONValue {
    cursor.advance()
    var fields = JSONObject()
    if try cursor.consume(UInt8(ascii: "}")) { return .object(fields) }
    repeat {
      guard try cursor.peekToken() == UInt8(ascii: "\"") else { throw cursor.error("expected a key in quotes") }
      let place = lines.location(at: cursor.position)
      let key = try cursor.string()
      let member = path.isEmpty ? key : "\(path).\(key)"
      guard try cursor.consume(UInt8(ascii: ":")) else { throw cursor.error("expected ':' after a key") }
      if fields[key] != nil { duplicates.append(LocatedJSON.Duplicate(path: member, place: place)) }
      keys.record(place, at: member)
      fields[key] = try value(member, depth: depth)
    } while try cursor.consume(UInt8(ascii: ","))
    guard try cursor.consume(UInt8(ascii: "}")) else { throw cursor.error("expected ',' or '}'") }
    return .object(fields)
  }

  private mutating func array(_ path: String, depth: Int) throws(JSONParseError) -> JSONValue {
    cursor.advance()
    var values: [JSONValue] = []
    if try cursor.consume(UInt8(ascii: "]")) { return .array(values) }
    repeat {
      values.append(try value("\(path)[\(values.count)]", depth: depth))
    } while try cursor.consume(
      UInt8(ascii: ","))
    guard try cursor.consume(UInt8(ascii: "]")) else { throw cursor.error("expected ',' or ']'") }
    return .array(values)
  }
}

/// Byte offsets as lines and columns; columns count Unicode scalars, as editors nearly do. Asked in ascending order, so
/// that a long line is walked once.
private struct SourceLines {
  private let bytes: UnsafeBufferPointer<UInt8>
  private var offset = 0
  private var location: SourceLocation

  init(_ bytes: UnsafeBufferPointer<UInt8>, file: String) {
    self.bytes = bytes
    location = SourceLocation(file: file, line: 1, column: 1)
  }

  mutating func location(at offset: Int) -> SourceLocation {
    for byte in bytes[self.offset..<offset] {
      if byte == 0x0A {
        location.line += 1
        location.column = 1
      } else if byte & 0xC0 != 0x80 {
        location.column += 1
      }
    }
    self.offset = offset
    return location
  }
}
