import SCRRuntime
import Testing

@Suite struct SearchWordsTests {
  private static let cases: [(text: String, words: [String])] = [
    ("", []), ("  … !", []), ("Hello, World_2!", ["hello", "world", "2"]), ("don't", ["don", "t"]),
    ("Ærø Łódź ĐẶNG naïve", ["aero", "lodz", "dang", "naive"]), ("e\u{301}te\u{301}", ["ete"]),
    ("STRASSE straße", ["strasse", "strasse"]), ("ＡＢ１", ["ab1"]), ("ΠΌΛΗΣ πόλης", ["πολησ", "πολησ"]),
    ("日本語", ["日本", "本語", "語"]), ("日", ["日"]), ("a日本b", ["a", "日本", "本", "b"]),
    ("東京 京都", ["東京", "京", "京都", "都"]), ("go 🚀!", ["go", "🚀"]), ("हिन्दी", ["हिन्दी"]),
    ("x\u{200D}y", ["xy"]),
  ]

  @Test("texts are taken apart into words that fold what people take for the same", arguments: cases)
  func list(text: String, words: [String]) { #expect(SearchWords.list(text) == words) }

  @Test func `ranges stand for the bytes of each word`() {
    let text = "Ab, 日本 ö"
    var found: [String] = []
    SearchWords.each(in: text) { _, range, _ in found.append(String(decoding: Array(text.utf8)[range], as: UTF8.self)) }
    #expect(found == ["Ab", "日本", "本", "ö"])
  }

  @Test func `a word without an end is known by its beginning`() {
    let words = SearchWords.list(String(repeating: "x", count: 100_000) + " y")
    #expect(words.map(\.utf8.count) == [128, 1])
  }

  @Test func `every scalar of Unicode can be taken apart`() {
    var text = ""
    for value in UInt32(0)..<0x11_0000 { if let scalar = Unicode.Scalar(value) { text.unicodeScalars.append(scalar) } }
    var end = 0
    SearchWords.each(in: text) { word, range, _ in
      #expect(!word.isEmpty && range.lowerBound < range.upperBound && range.upperBound <= text.utf8.count)
      end = range.upperBound
    }
    #expect(end > 1_000_000)
  }
}
