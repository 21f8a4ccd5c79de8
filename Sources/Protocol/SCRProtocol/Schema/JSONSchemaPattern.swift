/// A compiled `pattern`: ECMA-262's syntax, searched anywhere in a text.
///
/// `@unchecked`: `Regex` is not marked Sendable because it may hold closures; one read from a text holds none, and its
/// program is lowered once, atomically.
struct JSONSchemaPattern: @unchecked Sendable {
  let source: String
  private let regex: Regex<AnyRegexOutput>

  /// Characters of a pattern that we read.
  static let maxLength = 2_000

  /// - Throws: a text saying what cannot be read.
  init(_ source: String) throws(JSONSchemaPatternError) {
    guard source.utf8.count <= Self.maxLength else { throw JSONSchemaPatternError(reason: "it is too long") }
    var translator = PatternTranslator(source)
    let translated = try translator.translated()
    do {
      regex = try Regex(translated).matchingSemantics(.unicodeScalar).asciiOnlyDigits().asciiOnlyWordCharacters()
        .wordBoundaryKind(.simple)
    } catch { throw JSONSchemaPatternError(reason: "\(error)") }
    self.source = source
  }

  func matches(_ text: String) -> Bool { (try? regex.firstMatch(in: text)) != nil }
}

struct JSONSchemaPatternError: Error {
  let reason: String
}

/// Rewrites ECMA-262's syntax (with the flag `u`) where Swift's `Regex` reads the same characters differently.
private struct PatternTranslator {
  private var rest: Substring.UnicodeScalarView
  private var output = ""
  private var isInClass = false

  init(_ source: String) { rest = Substring(source).unicodeScalars }

  mutating func translated() throws(JSONSchemaPatternError) -> String {
    while let scalar = rest.popFirst() {
      switch scalar {
      case "\\": try escape()
      case "[" where isInClass: output += "\\["
      case "[":
        isInClass = true
        openClass()
      case "]" where isInClass:
        isInClass = false
        output += "]"
      case "&" where isInClass, "~" where isInClass: output += "\\" + String(scalar)
      case "$" where !isInClass: output += "\\z"
      case "." where !isInClass: output += "[^\\n\\r\\u2028\\u2029]"
      default: output.unicodeScalars.append(scalar)
      }
    }
    return output
  }

  private mutating func openClass() {
    let isNegated = rest.first == "^"
    if isNegated { rest.removeFirst() }
    guard rest.first == "]" else { return output += isNegated ? "[^" : "[" }
    rest.removeFirst()
    isInClass = false
    output += isNegated ? "[\\s\\S]" : "(?!)"
  }

  private mutating func escape() throws(JSONSchemaPatternError) {
    guard let scalar = rest.popFirst() else { throw JSONSchemaPatternError(reason: "it ends in a backslash") }
    switch scalar {
    // ECMA-262 counts the byte order mark as whitespace.
    case "s": output += isInClass ? "\\s\\uFEFF" : "[\\s\\uFEFF]"
    case "S": output += "[^\\s\\uFEFF]"
    case "d", "D", "w", "W", "n", "r", "t", "f", "p", "P", "x", "k", "1"..."9":
      output += "\\" + String(scalar)
    case "b": output += isInClass ? "\\u0008" : "\\b"
    case "B" where !isInClass: output += "\\B"
    case "v": output += "\\u000B"
    case "0": output += "\\u0000"
    case "c":
      guard let letter = rest.popFirst(), letter.isASCII, letter.properties.isAlphabetic else {
        throw JSONSchemaPatternError(reason: "\\c needs a letter")
      }
      output += Self.unit(letter.value % 32)
    case "u": try codePoint()
    case "^", "$", "\\", ".", "*", "+", "?", "(", ")", "[", "]", "{", "}", "|", "/", "-":
      output += "\\" + String(scalar)
    default:
      // Without the flag u, ECMA-262 lets punctuation stand for itself; letters are kept for the future.
      guard scalar.isASCII, !scalar.properties.isAlphabetic else {
        throw JSONSchemaPatternError(reason: "\\\(scalar) is no escape of ECMA-262")
      }
      output += "\\" + String(scalar)
    }
  }

  /// `\u{…}`, `\uXXXX`, or a surrogate pair of two, which Swift writes as one code point.
  private mutating func codePoint() throws(JSONSchemaPatternError) {
    if rest.first == "{" { return output += "\\u" }
    guard let first = hex() else { throw JSONSchemaPatternError(reason: "\\u needs four hexadecimal digits") }
    guard 0xD800..<0xDC00 ~= first, rest.starts(with: "\\u".unicodeScalars) else { return output += Self.unit(first) }
    rest.removeFirst(2)
    guard let second = hex(), 0xDC00..<0xE000 ~= second else {
      throw JSONSchemaPatternError(reason: "half of a surrogate pair")
    }
    output += "\\u{" + String(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00), radix: 16) + "}"
  }

  private mutating func hex() -> UInt32? {
    guard rest.count >= 4, let unit = UInt32(String(rest.prefix(4)), radix: 16) else { return nil }
    rest.removeFirst(4)
    return unit
  }

  private static func unit(_ value: UInt32) -> String { "\\u{" + String(value, radix: 16) + "}" }
}
