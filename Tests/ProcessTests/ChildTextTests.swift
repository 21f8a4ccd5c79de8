@testable import SCRProcess
import Testing

struct ChildTextTests {
  @Test(
    arguments: [
      ("plain\ttext\nä 漢字 🙂", "plain\ttext\nä 漢字 🙂"),
      ("\u{1B}[1;31merror\u{1B}[0m: no", "error: no"),
      ("\u{1B}]0;title\u{07}after", "after"),
      ("\u{1B}]8;;http://x\u{1B}\\link\u{1B}]8;;\u{1B}\\", "link"),
      ("\u{1B}(Btext\u{1B}7\u{1B}c", "text"),
      ("\u{9B}2Jcleared \u{9D}0;title\u{9C}shown", "cleared shown"),
      ("a\u{00}b\u{07}c\u{08}d\u{7F}e\u{85}f", "abcdef"),
      ("one\r\ntwo\r", "one\ntwo"),
      ("\u{1B}[31ä", "ä"),
    ])
  func `what can be printed is kept, and nothing else`(_ raw: String, _ cleaned: String) {
    #expect(ChildText.cleaned(raw) == cleaned)
  }

  @Test(arguments: ["\u{1B}", "\u{1B}[1;", "\u{1B}]0;title", "\u{1B}P", "\u{1B}]x\u{1B}"])
  func `a sequence that was cut off takes no more than its line`(_ start: String) {
    #expect(ChildText.cleaned("a\(start)\nb") == "a\nb")
  }

  @Test func `the tail of stderr is clean`() {
    var ring = StderrRing()
    Array("first\n\u{1B}[31mfatal\u{1B}[0m\u{07}: no licence\r\n".utf8).withUnsafeBytes { ring.append($0) }
    #expect(ring.tail(lines: 1) == "fatal: no licence")
  }
}
