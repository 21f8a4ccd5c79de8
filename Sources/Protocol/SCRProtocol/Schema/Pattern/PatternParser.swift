/// Reads ECMA-262's syntax of patterns straight into an automaton.
///
/// Where the flag `u` forbids what has one meaning without it (a lone `]` or `{`, `[\w-.]`, `\_`), that meaning holds.
struct PatternParser {
  typealias Fragment = PatternProgram.Fragment

  var rest: Substring.UnicodeScalarView
  private var sets: [ScalarSet] = []
  private var nesting = 0
  /// Instructions written out by repeats so far, those thrown away again included.
  private var repeated = 0

  init(_ source: String) { rest = Substring(source).unicodeScalars }

  mutating func program() throws(JSONSchemaPatternError) -> PatternProgram {
    let whole = try alternation()
    if !rest.isEmpty { throw JSONSchemaPatternError(reason: "a ')' closes nothing") }
    if whole.count >= JSONSchemaPattern.maxSize { throw Self.tooLarge }
    return PatternProgram(instructions: whole + [.accept], sets: sets)
  }

  mutating func take(_ scalar: Unicode.Scalar) -> Bool {
    guard rest.first == scalar else { return false }
    rest.removeFirst()
    return true
  }

  private static let tooLarge = JSONSchemaPatternError(
    reason: "with its repeats written out it has more than \(JSONSchemaPattern.maxSize) steps")

  private mutating func alternation() throws(JSONSchemaPatternError) -> Fragment {
    var branches = [try sequence()]
    while take("|") { branches.append(try sequence()) }
    return PatternProgram.alternation(branches)
  }

  private mutating func sequence() throws(JSONSchemaPatternError) -> Fragment {
    var whole: Fragment = []
    while let first = rest.first, first != "|", first != ")" {
      if let assertion = assertion() {
        whole.append(assertion)
        continue
      }
      let part = try atom()
      if let (least, most) = try quantifier() {
        whole += try repetition(of: part, least: least, most: most)
      } else {
        whole += part
      }
    }
    return whole
  }

  /// Assertions cannot be repeated.
  private mutating func assertion() -> PatternProgram.Instruction? {
    if take("^") { return .start }
    if take("$") { return .end }
    guard rest.first == "\\", let letter = rest.dropFirst().first, letter == "b" || letter == "B" else { return nil }
    rest.removeFirst(2)
    return .wordBoundary(letter == "b")
  }

  private mutating func atom() throws(JSONSchemaPatternError) -> Fragment {
    let scalar = rest.removeFirst()
    switch scalar {
    case "(": return try group()
    case "[": return [add(try characterClass())]
    case ".": return [add(ScalarSet(.lineTerminators, isNegated: true))]
    case "\\":
      switch try escape() {
      case .scalar(let scalar): return [.scalar(scalar)]
      case .set(let ranges, let categories): return [add(ScalarSet(ranges, categories: categories))]
      }
    case "*", "+", "?": throw JSONSchemaPatternError(reason: "there is nothing for '\(scalar)' to repeat")
    case "{" where rest.first == "," || rest.first?.digit(radix: 10) != nil:
      throw JSONSchemaPatternError(reason: "a '{' that counts nothing")
    default: return [.scalar(scalar)]
    }
  }

  private mutating func add(_ set: ScalarSet) -> PatternProgram.Instruction {
    sets.append(set)
    return .set(Int32(sets.count - 1))
  }

  private mutating func group() throws(JSONSchemaPatternError) -> Fragment {
    if take("?") { try groupKind() }
    nesting += 1
    defer { nesting -= 1 }
    if nesting > JSONSchemaPattern.maxNesting { throw JSONSchemaPatternError(reason: "its groups are nested too deep") }
    let inner = try alternation()
    guard take(")") else { throw JSONSchemaPatternError(reason: "a '(' is not closed") }
    return inner
  }

  private mutating func groupKind() throws(JSONSchemaPatternError) {
    if take(":") { return }
    if rest.first == "=" || rest.first == "!" { throw JSONSchemaPatternError(reason: "lookahead is not supported") }
    guard take("<") else { throw JSONSchemaPatternError(reason: "a kind of group that is not supported") }
    if rest.first == "=" || rest.first == "!" { throw JSONSchemaPatternError(reason: "lookbehind is not supported") }
    var isNamed = false
    while let scalar = rest.popFirst() {
      if scalar == ">", isNamed { return }
      guard scalar == "_" || scalar == "$" || scalar.properties.isIDContinue else { break }
      isNamed = true
    }
    throw JSONSchemaPatternError(reason: "a group's name cannot be read")
  }

  private mutating func quantifier() throws(JSONSchemaPatternError) -> (least: Int, most: Int?)? {
    let counts: (least: Int, most: Int?)
    if take("*") {
      counts = (0, nil)
    } else if take("+") {
      counts = (1, nil)
    } else if take("?") {
      counts = (0, 1)
    } else if let found = writtenCounts() {
      counts = found
    } else {
      return nil
    }
    // Lazy or not makes no difference to whether a text matches.
    _ = take("?")
    if let most = counts.most, most < counts.least {
      throw JSONSchemaPatternError(reason: "{\(counts.least),\(most)} is in the wrong order")
    }
    return counts
  }

  /// `{m}`, `{m,}` or `{m,n}`; reads nothing where there is none of these.
  private mutating func writtenCounts() -> (least: Int, most: Int?)? {
    let before = rest
    if take("{"), let least = count() {
      if take("}") { return (least, least) }
      if take(",") {
        let most = count()
        if take("}") { return (least, most) }
      }
    }
    rest = before
    return nil
  }

  /// Counts beyond a million are a million, which is too large in any case.
  private mutating func count() -> Int? {
    var count: Int?
    while let digit = rest.first?.digit(radix: 10) {
      rest.removeFirst()
      count = min((count ?? 0) * 10 + Int(digit), 1_000_000)
    }
    return count
  }

  private mutating func repetition(
    of part: Fragment, least: Int, most: Int?
  ) throws(JSONSchemaPatternError) -> Fragment {
    if part.isEmpty { return [] }
    repeated += part.count * least + (part.count + 1) * (most.map { $0 - least } ?? 1)
    if repeated > JSONSchemaPattern.maxSize { throw Self.tooLarge }
    return PatternProgram.repetition(of: part, least: least, most: most)
  }
}

extension Unicode.Scalar {
  func digit(radix: UInt32) -> UInt32? {
    guard isASCII, let value = Character(self).hexDigitValue.map(UInt32.init), value < radix else { return nil }
    return value
  }
}
