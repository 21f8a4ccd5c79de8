/// A compiled `pattern`: ECMA-262's syntax with the flag `u`, searched anywhere in a text.
///
/// Never backtracks: the work is at most the program's size for each character of the text, whatever the two are.
struct JSONSchemaPattern: Sendable {
  let source: String
  private let program: PatternProgram

  /// Bytes of a pattern that we read.
  static let maxLength = 2_000
  /// Groups within each other.
  static let maxNesting = 100
  /// Instructions of one pattern, counted repeats written out.
  static let maxSize = 10_000

  /// - Throws: what cannot be read, is not supported (lookaround, backreferences), or is beyond the limits.
  init(_ source: String) throws(JSONSchemaPatternError) {
    guard source.utf8.count <= Self.maxLength else { throw JSONSchemaPatternError(reason: "it is too long") }
    var parser = PatternParser(source)
    program = try parser.program()
    self.source = source
  }

  /// In instructions.
  var size: Int { program.instructions.count }

  /// - Parameter steps: how many steps may be taken; lowered by those that were.
  /// - Returns: nil if the steps did not suffice for a verdict.
  func matches(_ text: String, steps: inout Int) -> Bool? {
    var search = PatternSearch(program, steps: steps)
    defer { steps = max(0, search.steps) }
    return search.run(over: text.unicodeScalars)
  }
}

struct JSONSchemaPatternError: Error {
  let reason: String
}
