import SCRProtocol
import Testing

@Suite("LineFramer")
struct LineFramerTests {
  private func frames(_ chunks: [String], limit: Int = 64, end: Bool = true) -> [LineFramer.Frame] {
    var framer = LineFramer(limit: limit)
    var frames: [LineFramer.Frame] = []
    for chunk in chunks {
      Array(chunk.utf8).withUnsafeBytes { framer.append($0) { frames.append($0) } }
    }
    if end { framer.end { frames.append($0) } }
    return frames
  }

  @Test("a text split at every byte gives the same lines")
  func everySplit() {
    let text = "{\"a\":1}\n\n{\"ä\":2}\r\nlast"
    let expected: [LineFramer.Frame] = [
      .line(Array("{\"a\":1}".utf8)), .line(Array("{\"ä\":2}\r".utf8)), .line(Array("last".utf8)),
    ]
    #expect(frames([text]) == expected)
    var framer = LineFramer()
    var single: [LineFramer.Frame] = []
    for byte in text.utf8 { withUnsafeBytes(of: byte) { framer.append($0) { single.append($0) } } }
    framer.end { single.append($0) }
    #expect(single == expected)
  }

  @Test("a text split at any one place gives the same frames, also around a line over the limit")
  func everyTwoParts() {
    let text = Array("ab\n\r\nxxxxxxxxxx\näö\nrest".utf8)
    let expected: [LineFramer.Frame] = [
      .line(Array("ab".utf8)), .oversized(prefix: Array(repeating: 0x78, count: 10), length: 10),
      .line(Array("äö".utf8)), .line(Array("rest".utf8)),
    ]
    for place in 0...text.count {
      var framer = LineFramer(limit: 9)
      var found: [LineFramer.Frame] = []
      for part in [text[..<place], text[place...]] {
        part.withUnsafeBytes { framer.append($0) { found.append($0) } }
      }
      framer.end { found.append($0) }
      #expect(found == expected, "split at \(place)")
    }
  }

  @Test("of a huge line the first 4096 bytes are kept, whatever chunks it came in")
  func prefix() {
    let huge = String(repeating: "y", count: 10_000)
    let expected: [LineFramer.Frame] = [.oversized(prefix: Array(repeating: 0x79, count: 4096), length: 10_000)]
    for size in [1, 1000, 4096, 4097, 10_000] {
      let chunks = stride(from: 0, to: 10_000, by: size).map { String(huge.dropFirst($0).prefix(size)) }
      #expect(frames(chunks, limit: 5000) == expected, "in chunks of \(size)")
    }
  }

  @Test("a line over the limit is refused with its length and its beginning, and the next line is unharmed")
  func oversized() {
    let long = String(repeating: "x", count: 65)
    #expect(
      frames([long, "\nok\n"]) == [.oversized(prefix: Array(long.utf8), length: 65), .line(Array("ok".utf8))])
    #expect(
      frames([String(long.prefix(40)), String(long.suffix(25)), "yy\nok"]) == [
        .oversized(prefix: Array(long.utf8), length: 67), .line(Array("ok".utf8)),
      ])
  }

  @Test("a line of exactly the limit is kept")
  func exactLimit() {
    let line = String(repeating: "x", count: 64)
    #expect(frames([line + "\n"]) == [.line(Array(line.utf8))])
  }

  @Test("blank lines are no frames")
  func blank() { #expect(frames(["\n \r\n\t\n"]) == []) }
}
