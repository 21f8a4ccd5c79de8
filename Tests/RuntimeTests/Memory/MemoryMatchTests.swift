import SCRRuntime
import Testing

@Suite struct MemoryMatchTests {
  private typealias Phrase = MemoryMatch.Phrase

  @Test func `words are needed one and all, and what a hyphen joins stands together`() {
    #expect(
      MemoryMatch("An e-mail  to 東京都")
        == MemoryMatch(needed: [
          [Phrase(["an"])], [Phrase(["e", "mail"])], [Phrase(["to"])], [Phrase(["東京", "京都"])],
        ]))
  }

  @Test func `one character of a script without spaces begins some word`() {
    #expect(MemoryMatch("猫").needed == [[Phrase(["猫"], isPrefix: true)]])
  }

  @Test func `any makes alternatives of all words`() {
    #expect(MemoryMatch("a b", syntax: .any).needed == [[Phrase(["a"]), Phrase(["b"])]])
    #expect(MemoryMatch("…", syntax: .any).needed == [])
  }

  @Test func `operators are read where they are asked for`() {
    #expect(
      MemoryMatch(#"one "two three" -four -"five six" sev* eight OR nine OR"#, syntax: .operators)
        == MemoryMatch(
          needed: [
            [Phrase(["one"])], [Phrase(["two", "three"])], [Phrase(["sev"], isPrefix: true)],
            [Phrase(["eight"]), Phrase(["nine"])],
          ], excluded: [Phrase(["four"]), Phrase(["five", "six"])]))
    #expect(MemoryMatch(#"OR - "open"#, syntax: .operators) == MemoryMatch(needed: [[Phrase(["open"])]]))
  }

  @Test func `no question is longer than the limit`() {
    let long = (0..<1000).map { "w\($0)" }.joined(separator: " ")
    for syntax in MemoryMatch.Syntax.allCases {
      #expect(MemoryMatch(long, syntax: syntax).phrases.count == MemoryMatch.limit)
    }
    #expect(MemoryMatch(long.replacing(" ", with: "-")).needed[0][0].words.count == MemoryMatch.limit)
  }
}
