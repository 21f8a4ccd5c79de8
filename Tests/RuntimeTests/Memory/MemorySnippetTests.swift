import SCRRuntime
import Testing

@Suite struct MemorySnippetTests {
  private func shown(_ text: String, _ question: String) -> String {
    MemorySnippet.make(of: text, MemoryMatch(question)).map { $0.isMatch ? "[\($0.text)]" : $0.text }.joined()
  }

  @Test func `matches are marked, and a short text is shown whole`() {
    #expect(shown("A Blue whale; the blue sea", "blue") == "A [Blue] whale; the [blue] sea")
    #expect(shown("e-mail and mail", "e-mail") == "[e-mail] and mail")
    #expect(shown("日本語の全文検索", "全文検索") == "日本語の[全文検索]")
    #expect(shown("私の猫が好き", "猫") == "私の[猫]が好き")
    #expect(shown("nothing", "blue") == "")
  }

  @Test func `of a long text the window with most matches is shown, cut at words`() {
    let filler = String(repeating: "lorem ", count: 100)
    let text = "one match \(filler)here is a match and another match \(filler)"
    let found = shown(text, "match")
    #expect(found.hasPrefix("…") && found.hasSuffix("…"))
    #expect(found.contains("here is a [match] and another [match]"))
    #expect(!found.contains("one"))
    #expect(found.count < 230)
  }

  @Test func `text without spaces is cut at characters`() {
    let text = String(repeating: "あ", count: 300) + "猫猫" + String(repeating: "い", count: 300)
    let found = shown(text, "猫猫")
    #expect(found.contains("[猫猫]") && !found.contains("\u{FFFD}"))
  }
}
