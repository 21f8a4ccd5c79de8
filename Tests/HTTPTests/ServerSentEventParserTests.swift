import Testing

@testable import SCRHTTP

struct ServerSentEventParserTests {
  private func events(_ pieces: [[UInt8]], limit: Int = 1 << 20) throws -> [ServerSentEvent] {
    var parser = ServerSentEventParser(limit: limit)
    var events: [ServerSentEvent] = []
    for piece in pieces { try parser.feed(piece) { events.append($0) } }
    return events
  }

  private func event(_ text: String, _ name: String = "message") -> ServerSentEvent {
    ServerSentEvent(name: name, data: Array(text.utf8))
  }

  private static let stream =
    "\u{FEFF}: hello\r\ndata: one\r\n\r\nevent: delta\ndata: über 🎈\ndata:two\n\nid: 7\rdata\r\rdata:  x\n\n: bye\nretry: 5\n\n"

  private var wanted: [ServerSentEvent] {
    [event("one"), event("über 🎈\ntwo", "delta"), event(""), event(" x")]
  }

  @Test func `the same events come from every split in two and in three, also within characters and line ends`() throws
  {
    let bytes = Array(Self.stream.utf8)
    #expect(try events([bytes]) == wanted)
    #expect(try events(bytes.map { [$0] }) == wanted)
    for first in bytes.indices {
      #expect(try events([Array(bytes[..<first]), Array(bytes[first...])]) == wanted, "split at \(first)")
      for second in stride(from: first, to: bytes.count, by: 7) {
        let pieces = [Array(bytes[..<first]), Array(bytes[first..<second]), Array(bytes[second...])]
        #expect(try events(pieces) == wanted, "split at \(first) and \(second)")
      }
    }
  }

  @Test(arguments: ["\n", "\r", "\r\n"])
  func `lines end in LF, CR or both`(end: String) throws {
    let text = "event: a\(end)data: 1\(end)data: 2\(end)\(end)data: 3\(end)\(end)"
    #expect(try events([Array(text.utf8)]) == [event("1\n2", "a"), event("3")])
    #expect(try events(text.utf8.map { [$0] }) == [event("1\n2", "a"), event("3")])
  }

  @Test func `an event without data, and one that the end cuts off, are dropped`() throws {
    #expect(try events([Array("event: ping\n\ndata: whole\n\ndata: half\n".utf8)]) == [event("whole")])
  }

  @Test func `an event over the limit fails, whether by one line or by many`() {
    let long = Array("data: \(String(repeating: "x", count: 60))\n\n".utf8)
    let many = Array((String(repeating: "data: 0123456789\n", count: 6) + "\n").utf8)
    for stream in [[long], [many], long.map { [$0] }] {
      #expect(throws: StreamTooLarge(limit: 50)) { try events(stream, limit: 50) }
    }
    #expect(throws: Never.self) { try events([long], limit: 66) }
  }

  @Test func `lines of LF keep their other bytes, and a last line without an end is the rest`() throws {
    var lines = LineSplitter()
    var seen: [String] = []
    for byte in "\u{FEFF}{\"a\":1}\r\nx\ry\n\nrest".utf8 {
      try lines.feed([byte]) { seen.append(String(decoding: $0, as: UTF8.self)) }
    }
    #expect(seen == ["{\"a\":1}", "x\ry", ""])
    #expect(lines.rest.elementsEqual("rest".utf8))
  }
}
