/// One key and value of an object that was scanned but not built: where they stand in the bytes.
struct JSONMember {
  /// Between the quotes.
  let key: Range<Int>
  let keyHasEscapes: Bool
  let value: Range<Int>
}

extension JSONCursor {
  /// Moves past one value, checking all of RFC 8259 on the way, and builds nothing.
  mutating func skipValue(depth: Int = 0, limit: Int = JSONLimits.standard.depth) throws(JSONParseError) {
    switch try peekToken() {
    case UInt8(ascii: "{"):
      if depth >= limit { throw error("nested deeper than \(limit) levels") }
      try scanObject(depth: depth, limit: limit) { _ in }
    case UInt8(ascii: "["):
      if depth >= limit { throw error("nested deeper than \(limit) levels") }
      advance()
      if try consume(UInt8(ascii: "]")) { return }
      repeat { try skipValue(depth: depth + 1, limit: limit) } while try consume(UInt8(ascii: ","))
      guard try consume(UInt8(ascii: "]")) else { throw error("expected ',' or ']'") }
    case UInt8(ascii: "\""): _ = try skipString()
    case UInt8(ascii: "t"): try literal("true")
    case UInt8(ascii: "f"): try literal("false")
    case UInt8(ascii: "n"): try literal("null")
    default: _ = try skipNumber()
    }
  }

  /// Moves past an object and reports its members in order.
  @inline(__always)
  mutating func scanObject(
    depth: Int = 0, limit: Int = JSONLimits.standard.depth, _ visit: (JSONMember) -> Void
  ) throws(JSONParseError) {
    advance()
    if try consume(UInt8(ascii: "}")) { return }
    repeat {
      guard try peekToken() == UInt8(ascii: "\"") else { throw error("expected a key in quotes") }
      let keyStart = position + 1
      let hasEscapes = try skipString()
      let key = keyStart..<(position - 1)
      guard try consume(UInt8(ascii: ":")) else { throw error("expected ':' after a key") }
      skipWhitespace()
      let start = position
      try skipValue(depth: depth + 1, limit: limit)
      visit(JSONMember(key: key, keyHasEscapes: hasEscapes, value: start..<position))
    } while try consume(UInt8(ascii: ","))
    guard try consume(UInt8(ascii: "}")) else { throw error("expected ',' or '}'") }
  }

  /// Whether the key is `name`, escapes resolved.
  @inline(__always)
  func key(of member: JSONMember, is name: StaticString) -> Bool {
    if _slowPath(member.keyHasEscapes) {
      var cursor = JSONCursor(bytes, at: member.key.lowerBound - 1)
      return (try? cursor.string()) == name.description
    }
    guard member.key.count == name.utf8CodeUnitCount else { return false }
    for offset in 0..<name.utf8CodeUnitCount
    where bytes[member.key.lowerBound + offset] != name.utf8Start[offset] {
      return false
    }
    return true
  }
}
