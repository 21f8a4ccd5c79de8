/// Walks over the bytes of a JSON text: whitespace, literals, strings and numbers. The parser and the scanner share it.
struct JSONCursor {
  let bytes: UnsafeBufferPointer<UInt8>
  private(set) var position = 0

  init(_ bytes: UnsafeBufferPointer<UInt8>, at position: Int = 0) {
    self.bytes = bytes
    self.position = position
  }

  func error(_ reason: String) -> JSONParseError { JSONParseError(reason: reason, offset: position, in: bytes) }

  @inline(__always)
  mutating func advance() { position += 1 }

  @inline(__always)
  mutating func skipWhitespace() {
    if _fastPath(position < bytes.count && bytes[position] > 0x20) { return }
    skipWhitespaceSlowly()
  }

  @inline(never)
  private mutating func skipWhitespaceSlowly() {
    while position < bytes.count {
      switch bytes[position] {
      case 0x20, 0x0A, 0x0D, 0x09: position += 1
      default: return
      }
    }
  }

  /// The first byte of the next token, which stays unread.
  @inline(__always)
  mutating func peekToken() throws(JSONParseError) -> UInt8 {
    skipWhitespace()
    guard position < bytes.count else { throw error("unexpected end of the text") }
    return bytes[position]
  }

  /// Reads past `byte` if it is the next token.
  @inline(__always)
  mutating func consume(_ byte: UInt8) throws(JSONParseError) -> Bool {
    guard try peekToken() == byte else { return false }
    position += 1
    return true
  }

  mutating func expectEnd() throws(JSONParseError) {
    skipWhitespace()
    if position < bytes.count { throw error("unexpected text after the value") }
  }

  mutating func literal(_ word: StaticString) throws(JSONParseError) {
    let length = word.utf8CodeUnitCount
    guard bytes.count - position >= length,
      (0..<length).allSatisfy({ bytes[position + $0] == word.utf8Start[$0] })
    else { throw error("unexpected character") }
    position += length
  }

  /// Reads a number; 64-bit integers become `.integer`, everything else keeps its digits.
  mutating func number() throws(JSONParseError) -> JSONValue {
    let range = try skipNumber()
    let text = UnsafeBufferPointer(rebasing: bytes[range])
    if let integer = Self.integer(text) { return .integer(integer) }
    return .number(JSONNumber(validated: String(decoding: text, as: UTF8.self)))
  }

  /// The grammar of RFC 8259 §6 without building anything.
  mutating func skipNumber() throws(JSONParseError) -> Range<Int> {
    let start = position
    if position < bytes.count, bytes[position] == UInt8(ascii: "-") { position += 1 }
    if position < bytes.count, bytes[position] == UInt8(ascii: "0") {
      position += 1
    } else {
      try digits("unexpected character")
    }
    if position < bytes.count, bytes[position] == UInt8(ascii: ".") {
      position += 1
      try digits("expected a digit after the decimal point")
    }
    if position < bytes.count, bytes[position] | 0x20 == UInt8(ascii: "e") {
      position += 1
      if position < bytes.count, bytes[position] == UInt8(ascii: "+") || bytes[position] == UInt8(ascii: "-") {
        position += 1
      }
      try digits("expected a digit in the exponent")
    }
    return start..<position
  }

  private mutating func digits(_ complaint: String) throws(JSONParseError) {
    let start = position
    while position < bytes.count, bytes[position] &- UInt8(ascii: "0") < 10 { position += 1 }
    if position == start { throw error(complaint) }
  }

  private static func integer(_ text: UnsafeBufferPointer<UInt8>) -> Int64? {
    let negative = text.first == UInt8(ascii: "-")
    if negative, text.count == 2, text[1] == UInt8(ascii: "0") { return nil }
    var magnitude: Int64 = 0
    for byte in text.dropFirst(negative ? 1 : 0) {
      let digit = Int64(byte &- UInt8(ascii: "0"))
      guard digit < 10 else { return nil }
      let (product, overflow) = magnitude.multipliedReportingOverflow(by: 10)
      let (difference, underflow) = product.subtractingReportingOverflow(digit)
      if overflow || underflow { return nil }
      magnitude = difference
    }
    if negative { return magnitude }
    return magnitude == .min ? nil : -magnitude
  }
}

extension JSONCursor {
  /// Reads a string whose opening quote is the next byte.
  mutating func string() throws(JSONParseError) -> String {
    let start = position + 1
    let hasEscapes = try skipString()
    let content = UnsafeBufferPointer(rebasing: bytes[start..<(position - 1)])
    if !hasEscapes { return String(decoding: content, as: UTF8.self) }
    return try unescape(content, at: start)
  }

  /// Moves past a string, checking its control characters, its escapes' letters and its UTF-8.
  /// - Returns: whether it holds an escape.
  mutating func skipString() throws(JSONParseError) -> Bool {
    let start = position
    position += 1
    var hasEscapes = false
    var isASCII = true
    while true {
      skipPlainBytes()
      guard position < bytes.count else { throw error("string without an end") }
      switch bytes[position] {
      case UInt8(ascii: "\""):
        position += 1
        if !isASCII { try checkUTF8(start + 1, position - 1) }
        return hasEscapes
      case UInt8(ascii: "\\"):
        hasEscapes = true
        try skipEscape()
      case 0x80...:
        isASCII = false
        position += 1
      default: throw error("control character in a string")
      }
    }
  }

  /// Moves to the next byte that ends a run of plain ASCII: a quote, a backslash, a control character, a byte above 127.
  /// Eight bytes at a time; in a word the lowest marked byte is always a true one.
  @inline(__always)
  private mutating func skipPlainBytes() {
    let raw = UnsafeRawPointer(bytes.baseAddress!)
    while position + 8 <= bytes.count {
      let word = UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: position, as: UInt64.self))
      let quotes = word ^ 0x2222_2222_2222_2222
      let slashes = word ^ 0x5C5C_5C5C_5C5C_5C5C
      let low: UInt64 = 0x0101_0101_0101_0101
      let marks =
        ((quotes &- low) & ~quotes) | ((slashes &- low) & ~slashes) | ((word &- 0x2020_2020_2020_2020) & ~word) | word
      let found = marks & 0x8080_8080_8080_8080
      if found != 0 {
        position += found.trailingZeroBitCount >> 3
        return
      }
      position += 8
    }
    while position < bytes.count {
      let byte = bytes[position]
      if byte < 0x20 || byte >= 0x80 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { return }
      position += 1
    }
  }

  private mutating func skipEscape() throws(JSONParseError) {
    guard position + 1 < bytes.count else { throw error("string without an end") }
    switch bytes[position + 1] {
    case UInt8(ascii: "u"):
      guard position + 6 <= bytes.count, Self.hex(bytes, position + 2) != nil else {
        throw error("expected four hexadecimal digits after \\u")
      }
      position += 6
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
      UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
      position += 2
    default: throw error("unknown escape in a string")
    }
  }

  private func checkUTF8(_ start: Int, _ end: Int) throws(JSONParseError) {
    guard String(validating: UnsafeBufferPointer(rebasing: bytes[start..<end]), as: UTF8.self) != nil else {
      throw JSONParseError(reason: "invalid UTF-8 in a string", offset: start, in: bytes)
    }
  }

  private func unescape(_ content: UnsafeBufferPointer<UInt8>, at start: Int) throws(JSONParseError) -> String {
    var text: [UInt8] = []
    text.reserveCapacity(content.count)
    var place = 0
    while place < content.count {
      guard content[place] == UInt8(ascii: "\\") else {
        text.append(content[place])
        place += 1
        continue
      }
      switch content[place + 1] {
      case UInt8(ascii: "u"):
        let (scalar, length) = Self.scalar(content, place)
        text.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
        place += length
        continue
      case UInt8(ascii: "b"): text.append(0x08)
      case UInt8(ascii: "f"): text.append(0x0C)
      case UInt8(ascii: "n"): text.append(0x0A)
      case UInt8(ascii: "r"): text.append(0x0D)
      case UInt8(ascii: "t"): text.append(0x09)
      case let same: text.append(same)
      }
      place += 2
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// The scalar of one `\uXXXX` or of a surrogate pair; a lone surrogate reads as U+FFFD, since Swift strings hold none.
  private static func scalar(_ content: UnsafeBufferPointer<UInt8>, _ place: Int) -> (Unicode.Scalar, Int) {
    let first = UInt32(hex(content, place + 2) ?? 0xFFFD)
    if 0xD800..<0xDC00 ~= first, place + 12 <= content.count, content[place + 6] == UInt8(ascii: "\\"),
      content[place + 7] == UInt8(ascii: "u"), let second = hex(content, place + 8), 0xDC00..<0xE000 ~= second,
      let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (UInt32(second) - 0xDC00))
    {
      return (scalar, 12)
    }
    return (Unicode.Scalar(first) ?? "\u{FFFD}", 6)
  }

  private static func hex(_ bytes: UnsafeBufferPointer<UInt8>, _ place: Int) -> UInt16? {
    var value: UInt16 = 0
    for byte in bytes[place..<(place + 4)] {
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): value = value << 4 | UInt16(byte - UInt8(ascii: "0"))
      case UInt8(ascii: "a")...UInt8(ascii: "f"): value = value << 4 | UInt16(byte - UInt8(ascii: "a") + 10)
      case UInt8(ascii: "A")...UInt8(ascii: "F"): value = value << 4 | UInt16(byte - UInt8(ascii: "A") + 10)
      default: return nil
      }
    }
    return value
  }
}
