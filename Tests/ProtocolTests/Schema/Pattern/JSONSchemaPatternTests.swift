@testable import SCRProtocol
import Testing

struct JSONSchemaPatternTests {
  private func isFound(_ pattern: String, in text: String) throws -> Bool? {
    var steps = JSONSchemaLimits.patternSteps
    return try JSONSchemaPattern(pattern).matches(text, steps: &steps)
  }

  @Test(
    arguments: [
      (#"foo"#, ["foo", "a foo b"], ["fo", "FOO", ""]),
      (#"^foo$"#, ["foo"], ["foo\n", "a\nfoo", "foofoo"]),
      (#"^$|^a"#, ["", "ab"], ["ba"]),
      (#"^.$"#, ["a", "é", "🐲", "\t"], ["", "\n", "\r", "\u{2028}", "\u{2029}", "ab"]),
      (#"^(?:ab|cd|)x"#, ["abx", "cdx", "x"], ["bx", "abcdx"]),
      (#"^(a|(?<name>b(c|d)))+$"#, ["abcbd", "a"], ["ab", ""]),
      (#"^a*b+?c??$"#, ["b", "aabbc"], ["a", "bcc"]),
      (#"^a{2}$"#, ["aa"], ["a", "aaa"]),
      (#"^(ab){2,}?$"#, ["abab", "ababab"], ["ab", "aba"]),
      (#"^a{1,3}$"#, ["a", "aa", "aaa"], ["", "aaaa"]),
      (#"^a{0,1}b{0}(){5}$"#, ["", "a"], ["aa", "b"]),
      (#"^(a{1,2}){2}$"#, ["aa", "aaa", "aaaa"], ["a", "aaaaa"]),
      (#"^(a*)*(b|){3,}$"#, ["", "aab", "bbbb"], ["ba"]),
      (#"\bfoo\b"#, ["foo", "a foo-b", "é foo"], ["foot", "_foo"]),
      (#"o\Bo"#, ["foo"], ["o o"]),
      (#"^[a-c\-x]+$"#, ["ab-x"], ["d", "y"]),
      (#"^[^a-c]$"#, ["d", "\n", "🐲"], ["a", "b", ""]),
      (#"^[-a][b-]$"#, ["--", "ab"], ["bb"]),
      (#"^[\w-.]+$"#, ["a-b.c_1"], ["a b", "é"]),
      (#"^[\D]$"#, ["a"], ["1"]),
      (#"^[^\S\n]$"#, [" ", "\t", "\u{FEFF}", "\u{A0}"], ["\n", "a"]),
      (#"^[\b]$"#, ["\u{8}"], ["b"]),
      (#"^[^]$"#, ["\n", "a"], [""]),
      (#"[]"#, [], ["", "a"]),
      (#"^[[&~]$"#, ["[", "&", "~"], ["]"]),
      (#"^\d\D\w\W\s\S$"#, ["1aa- é"], ["٣aa- a"]),
      (#"^\t\n\v\f\r\0\cJ$"#, ["\t\n\u{B}\u{C}\r\0\n"], ["tnvfr0cJ"]),
      (#"^\x41\u0042\u{43}\uD83D\uDC32\u{1F432}$"#, ["ABC🐲🐲"], ["ABC🐲"]),
      (#"^\^\$\\\.\*\+\?\(\)\[\]\{\}\|\/\-\_$"#, [#"^$\.*+?()[]{}|/-_"#], ["^"]),
      (#"^{a}]$"#, ["{a}]"], ["a"]),
      (#"^[🐲-🐴]{2}$"#, ["🐲🐳"], ["🐲", "🐵🐳"]),
      (#"^\p{Lu}\p{Letter}\P{L}\p{gc=Nd}$"#, ["Éß-٣"], ["éß-3", "ÉßaA"]),
      (#"^[\p{L}\p{N}_]+$"#, ["añ٣_"], ["a-b", "€"]),
      (#"^[^\P{L}a]$"#, ["b", "é"], ["a", "1", "€"]),
    ] as [(String, [String], [String])])
  func `texts match as in ECMA-262`(pattern: String, accepted: [String], refused: [String]) throws {
    for text in accepted { #expect(try isFound(pattern, in: text) == true, "\(text.debugDescription)") }
    for text in refused { #expect(try isFound(pattern, in: text) == false, "\(text.debugDescription)") }
  }

  @Test(
    arguments: [
      ("(?=a)", "lookahead is not supported"), ("(?!a)", "lookahead is not supported"),
      ("(?<=a)", "lookbehind is not supported"), ("(?<!a)", "lookbehind is not supported"),
      (#"(a)\1"#, "a backreference is not supported"), (#"(?<n>a)\k<n>"#, "a backreference is not supported"),
      ("(?i:a)", "a kind of group that is not supported"), ("(?<>a)", "a group's name cannot be read"),
      (#"\p{Script=Latin}"#, "the property Script=Latin is not supported, only general categories are"),
      (#"\pL"#, #"\p needs a name in braces"#), ("(a", "a '(' is not closed"), ("a)", "a ')' closes nothing"),
      ("[a", "a '[' is not closed"), ("*a", "there is nothing for '*' to repeat"),
      ("a**", "there is nothing for '*' to repeat"), ("^*", "there is nothing for '*' to repeat"),
      ("a{,3}", "a '{' that counts nothing"), ("a{3x", "a '{' that counts nothing"),
      ("a{3,2}", "{3,2} is in the wrong order"), ("[z-a]", "the range z-a is in the wrong order"),
      (#"a\"#, "it ends in a backslash"), (#"\Z"#, #"\Z is no escape of ECMA-262"#),
      (#"\00"#, #"\0 is no escape of ECMA-262"#), (#"[\B]"#, #"\B is no escape of ECMA-262"#),
      (#"\c1"#, #"\c needs a letter"#), (#"\x+1"#, "an escape needs 2 hexadecimal digits"),
      (#"\u{110000}"#, "half of a surrogate pair, or no code point"),
      (#"\uD83D"#, "half of a surrogate pair, or no code point"), (#"\uD83D\u0041"#, "half of a surrogate pair"),
      (#"\u{}"#, #"\u{…} cannot be read"#),
      ("a{10000}", "with its repeats written out it has more than 10000 steps"),
      ("((a{99}){99}){99}", "with its repeats written out it has more than 10000 steps"),
      ("(a{9000}){0}(a{9000}){0}", "with its repeats written out it has more than 10000 steps"),
      (String(repeating: "(", count: 200), "its groups are nested too deep"),
      (String(repeating: "a", count: 2_001), "it is too long"),
    ])
  func `what cannot be read says why`(pattern: String, reason: String) {
    let error = #expect(throws: JSONSchemaPatternError.self) { try JSONSchemaPattern(pattern) }
    #expect(error?.reason == reason)
  }

  /// Patterns and texts that take backtracking matchers exponential or cubic time.
  @Test(
    arguments: [
      ("^(a+)+$", "a", "!"), ("^(a|aa)+$", "a", "!"), ("^(a|a)*$", "a", "!"), (#"^(\w*)*$"#, "a", "!"),
      ("(x+x+)+y", "x", ""), (#"^(([a-z])+.)+[A-Z]([a-z])+$"#, "a", ""), ("^(.*)*(.*)*b$", "a", ""),
      (#"^\s+|\s+$"#, " ", "a"), ("(a?){30}a{30}b", "a", ""),
    ])
  func `work grows with the text, not faster`(pattern: String, unit: String, end: String) throws {
    let compiled = try JSONSchemaPattern(pattern)
    for length in [40, 400, 4_000] {
      let given = compiled.size * (length + 3)
      var steps = given
      #expect(compiled.matches(String(repeating: unit, count: length) + end, steps: &steps) != nil, "\(length)")
    }
  }

  @Test func `an anchored pattern gives up at the first character that cannot be`() throws {
    let pattern = try JSONSchemaPattern("^[0-9]+$")
    var steps = 20
    #expect(pattern.matches(String(repeating: "a", count: 10_000), steps: &steps) == false)
  }

  @Test func `steps that do not suffice give no verdict, and the rest of them counts down`() throws {
    let pattern = try JSONSchemaPattern("^a*$")
    var steps = 1_000
    #expect(pattern.matches("aaa", steps: &steps) == true)
    let left = steps
    #expect((900..<1_000).contains(left))
    #expect(pattern.matches("aaa", steps: &steps) == true)
    #expect(1_000 - left == left - steps)
    #expect(pattern.matches(String(repeating: "a", count: 1_000), steps: &steps) == nil)
    #expect(steps == 0)
    #expect(pattern.matches("", steps: &steps) == nil)
  }
}
