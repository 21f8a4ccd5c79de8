/// Parses one JSON text (RFC 8259) into a tree, within ``JSONLimits``.
package struct JSONParser {
  private var cursor: JSONCursor
  private let limits: JSONLimits
  private var nodes = 0

  /// - Throws: ``JSONParseError`` for anything that is not exactly one JSON value, with surrounding whitespace at most.
  package static func parse(
    _ bytes: some Sequence<UInt8>, limits: JSONLimits = .standard
  ) throws(JSONParseError) -> JSONValue {
    let outcome =
      bytes.withContiguousStorageIfAvailable { parse(buffer: $0, limits: limits) }
      ?? Array(bytes).withUnsafeBufferPointer { parse(buffer: $0, limits: limits) }
    return try outcome.get()
  }

  package static func parse(_ text: String, limits: JSONLimits = .standard) throws(JSONParseError) -> JSONValue {
    try parse(text.utf8, limits: limits)
  }

  private static func parse(
    buffer: UnsafeBufferPointer<UInt8>, limits: JSONLimits
  ) -> Result<JSONValue, JSONParseError> {
    do throws(JSONParseError) {
      try limits.check(buffer)
      var parser = JSONParser(cursor: JSONCursor(buffer), limits: limits)
      let value = try parser.value(depth: 0)
      try parser.cursor.expectEnd()
      return .success(value)
    } catch { return .failure(error) }
  }

  private init(cursor: JSONCursor, limits: JSONLimits) {
    self.cursor = cursor
    self.limits = limits
  }

  private mutating func value(depth: Int) throws(JSONParseError) -> JSONValue {
    nodes += 1
    if nodes > limits.nodes { throw cursor.error("more than \(limits.nodes) values") }
    switch try cursor.peekToken() {
    case UInt8(ascii: "{"): return try object(depth: depth + 1)
    case UInt8(ascii: "["): return try array(depth: depth + 1)
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

  private mutating func object(depth: Int) throws(JSONParseError) -> JSONValue {
    try enter(depth)
    var fields = JSONObject()
    if try cursor.consume(UInt8(ascii: "}")) { return .object(fields) }
    repeat {
      guard try cursor.peekToken() == UInt8(ascii: "\"") else { throw cursor.error("expected a key in quotes") }
      let key = try cursor.string()
      guard try cursor.consume(UInt8(ascii: ":")) else { throw cursor.error("expected ':' after a key") }
      fields[key] = try value(depth: depth)
    } while try cursor.consume(UInt8(ascii: ","))
    guard try cursor.consume(UInt8(ascii: "}")) else { throw cursor.error("expected ',' or '}'") }
    return .object(fields)
  }

  private mutating func array(depth: Int) throws(JSONParseError) -> JSONValue {
    try enter(depth)
    var values: [JSONValue] = []
    if try cursor.consume(UInt8(ascii: "]")) { return .array(values) }
    repeat { values.append(try value(depth: depth)) } while try cursor.consume(UInt8(ascii: ","))
    guard try cursor.consume(UInt8(ascii: "]")) else { throw cursor.error("expected ',' or ']'") }
    return .array(values)
  }

  private mutating func enter(_ depth: Int) throws(JSONParseError) {
    if depth > limits.depth { throw cursor.error("nested deeper than \(limits.depth) levels") }
    cursor.advance()
  }
}
