import Testing

@testable import SCRHTTP

struct TransferPartsTests {
  private let timeouts = HTTPTimeouts(
    connect: .seconds(1), firstByte: .seconds(20), idle: .seconds(5), total: .seconds(100))

  @Test func `each part of an exchange has its own end of patience`() {
    let start = ContinuousClock.now
    var timers = TransferTimers(timeouts, start: start)
    #expect(timers.deadline == start + .seconds(20))
    #expect(timers.expired(at: start + .seconds(19)) == nil)
    #expect(timers.expired(at: start + .seconds(20)) == .firstByteTimeout)
    timers.received(at: start + .seconds(10))
    #expect(timers.deadline == start + .seconds(15))
    #expect(timers.expired(at: start + .seconds(15)) == .idleTimeout)
    timers.received(at: start + .seconds(97))
    #expect(timers.deadline == start + .seconds(100))
    #expect(timers.expired(at: start + .seconds(103)) == .totalTimeout)
  }

  @Test func `while the reader rests only the whole counts`() {
    let start = ContinuousClock.now
    var timers = TransferTimers(timeouts, start: start)
    timers.received(at: start)
    timers.paused()
    #expect(timers.expired(at: start + .seconds(99)) == nil)
    #expect(timers.expired(at: start + .seconds(100)) == .totalTimeout)
  }

  @Test func `after its reader has left an answer may go on for a moment, whatever comes`() {
    let start = ContinuousClock.now
    var timers = TransferTimers(timeouts, start: start)
    timers.linger(from: start)
    timers.received(at: start + .milliseconds(200))
    #expect(timers.expired(at: start + .milliseconds(249)) == nil)
    #expect(timers.expired(at: start + .milliseconds(250)) == .closed)
  }

  @Test func `a silence that begins between two looks is seen in time`() {
    let start = ContinuousClock.now
    var timers = TransferTimers(timeouts, start: start)
    #expect(timers.look(after: start) == start + .seconds(5))
    timers.received(at: start + .seconds(1))
    #expect(timers.expired(at: start + .seconds(5)) == nil)
    #expect(timers.look(after: start + .seconds(5)) == start + .seconds(6))
  }

  private func offer(_ buffer: inout BodyBuffer, _ text: String) -> BodyBuffer.Offer {
    Array(text.utf8).withUnsafeBytes { buffer.offer($0) }
  }

  @Test func `a full buffer refuses until it is emptied, and never what is larger than itself`() {
    var buffer = BodyBuffer(HTTPLimits(body: 100, buffered: 4))
    #expect(offer(&buffer, "123456") == .taken)
    #expect(offer(&buffer, "7") == .full)
    #expect(buffer.take() == (.bytes(Array("123456".utf8)), mustResume: true))
    #expect(buffer.take() == (.wait, mustResume: false) && buffer.isWaitedFor)
    #expect(offer(&buffer, "7") == .taken)
    buffer.finish(nil)
    #expect(buffer.take() == (.bytes([0x37]), mustResume: false))
    #expect(buffer.take() == (.end, mustResume: false))
  }

  @Test func `what was received before a failure is read first`() {
    var buffer = BodyBuffer(HTTPLimits(body: 6, buffered: 4))
    #expect(offer(&buffer, "1234") == .taken)
    #expect(offer(&buffer, "567") == .tooLarge)
    let error = HTTPError(.cut, "gone")
    buffer.finish(error)
    buffer.finish(nil)
    #expect(buffer.take() == (.bytes(Array("1234".utf8)), mustResume: false))
    #expect(buffer.take() == (.failed(error), mustResume: false))
  }

  private func read(_ lines: [String]) -> [HeadReader.Line] {
    var reader = HeadReader()
    return lines.map { line in Array((line + "\r\n").utf8).withUnsafeBytes { reader.line($0) } }
  }

  @Test func `an interim answer is forgotten for the one that follows`() {
    let lines = read(["HTTP/1.1 103 Early", "Link: x", "", "HTTP/1.1 429 Slow", "Retry-After:  7 ", "x-A: b:c", ""])
    let head = HTTPHead(status: 429, headers: [HTTPHeader("retry-after", "7"), HTTPHeader("x-a", "b:c")])
    #expect(lines == [.more, .more, .more, .more, .more, .more, .complete(head)])
    #expect(head["retry-after"] == "7" && head["other"] == nil)
  }

  @Test func `headers have a limit together`() {
    #expect(read(["HTTP/1.1 200 OK", "a: " + String(repeating: "x", count: HTTPLimits.headers)]).last == .tooLarge)
  }

  @Test(arguments: ["a\r\nb", "a\nb", "a\0b", "\u{7F}"])
  func `a value with a line break is no header`(value: String) { #expect(!HTTPHeader("x", value).isSafe) }
}
