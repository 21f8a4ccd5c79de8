extension PatternParser {
  /// What one character or escape stands for.
  enum Atom {
    case scalar(Unicode.Scalar)
    case set([ScalarSet.Range], Set<Unicode.GeneralCategory>)
  }

  /// The rest of `[…]`.
  mutating func characterClass() throws(JSONSchemaPatternError) -> ScalarSet {
    let isNegated = take("^")
    var ranges: [ScalarSet.Range] = []
    var categories: Set<Unicode.GeneralCategory> = []
    while !take("]") {
      let atom = try classAtom()
      if case .set(let more, let moreCategories) = atom {
        ranges += more
        categories.formUnion(moreCategories)
        continue
      }
      guard case .scalar(let first) = atom else { continue }
      let last = try rangeEnd() ?? first
      if last < first { throw JSONSchemaPatternError(reason: "the range \(first)-\(last) is in the wrong order") }
      ranges.append(first.value...last.value)
    }
    return ScalarSet(ranges, categories: categories, isNegated: isNegated)
  }

  /// The second half of `a-z`. A hyphen before `]` or before a set stands for itself.
  private mutating func rangeEnd() throws(JSONSchemaPatternError) -> Unicode.Scalar? {
    let before = rest
    guard take("-"), rest.first != "]" else {
      rest = before
      return nil
    }
    if case .scalar(let last) = try classAtom() { return last }
    rest = before
    return nil
  }

  private mutating func classAtom() throws(JSONSchemaPatternError) -> Atom {
    guard let scalar = rest.popFirst() else { throw JSONSchemaPatternError(reason: "a '[' is not closed") }
    if scalar != "\\" { return .scalar(scalar) }
    return take("b") ? .scalar("\u{8}") : try escape()
  }

  /// What follows a backslash.
  mutating func escape() throws(JSONSchemaPatternError) -> Atom {
    guard let scalar = rest.popFirst() else { throw JSONSchemaPatternError(reason: "it ends in a backslash") }
    switch scalar {
    case "d": return .set(.digits, [])
    case "D": return .set(.digits.complement, [])
    case "w": return .set(.words, [])
    case "W": return .set(.words.complement, [])
    case "s": return .set(.spaces, [])
    case "S": return .set(.spaces.complement, [])
    case "p", "P": return try property(isNegated: scalar == "P")
    case "t": return .scalar("\t")
    case "n": return .scalar("\n")
    case "v": return .scalar("\u{B}")
    case "f": return .scalar("\u{C}")
    case "r": return .scalar("\r")
    case "0" where rest.first?.digit(radix: 10) == nil: return .scalar("\0")
    case "c": return .scalar(try control())
    case "x": return .scalar(try Self.scalar(try hex(2)))
    case "u": return .scalar(try codePoint())
    case "1"..."9", "k": throw JSONSchemaPatternError(reason: "a backreference is not supported")
    default:
      // Letters and digits without a meaning are kept for the future.
      guard scalar.isASCII, !scalar.properties.isAlphabetic, scalar.digit(radix: 10) == nil else {
        throw JSONSchemaPatternError(reason: "\\\(scalar) is no escape of ECMA-262")
      }
      return .scalar(scalar)
    }
  }

  private mutating func property(isNegated: Bool) throws(JSONSchemaPatternError) -> Atom {
    guard take("{"), let end = rest.firstIndex(of: "}") else {
      throw JSONSchemaPatternError(reason: "\\p needs a name in braces")
    }
    let name = String(rest[..<end])
    rest = rest[rest.index(after: end)...]
    guard let categories = UnicodeCategories.named(name) else {
      throw JSONSchemaPatternError(reason: "the property \(name) is not supported, only general categories are")
    }
    return .set([], isNegated ? UnicodeCategories.all.subtracting(categories) : categories)
  }

  private mutating func control() throws(JSONSchemaPatternError) -> Unicode.Scalar {
    guard let letter = rest.popFirst(), letter.isASCII, letter.properties.isAlphabetic else {
      throw JSONSchemaPatternError(reason: "\\c needs a letter")
    }
    return Unicode.Scalar(UInt8(letter.value % 32))
  }

  /// `\u{…}`, `\uXXXX`, or a surrogate pair of two.
  private mutating func codePoint() throws(JSONSchemaPatternError) -> Unicode.Scalar {
    if take("{") {
      var value: UInt32?
      while let digit = rest.first?.digit(radix: 16), (value ?? 0) <= 0x10FFFF {
        rest.removeFirst()
        value = (value ?? 0) << 4 | digit
      }
      guard let value, take("}") else { throw JSONSchemaPatternError(reason: "\\u{…} cannot be read") }
      return try Self.scalar(value)
    }
    let first = try hex(4)
    guard 0xD800..<0xDC00 ~= first, take("\\"), take("u") else { return try Self.scalar(first) }
    let second = try hex(4)
    guard 0xDC00..<0xE000 ~= second else { throw JSONSchemaPatternError(reason: "half of a surrogate pair") }
    return try Self.scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
  }

  private mutating func hex(_ count: Int) throws(JSONSchemaPatternError) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<count {
      guard let digit = rest.popFirst()?.digit(radix: 16) else {
        throw JSONSchemaPatternError(reason: "an escape needs \(count) hexadecimal digits")
      }
      value = value << 4 | digit
    }
    return value
  }

  private static func scalar(_ value: UInt32) throws(JSONSchemaPatternError) -> Unicode.Scalar {
    guard let scalar = Unicode.Scalar(value) else {
      throw JSONSchemaPatternError(reason: "half of a surrogate pair, or no code point")
    }
    return scalar
  }
}
