@testable import SCRProcess
import Testing

struct StderrRingTests {
  private func ring(_ chunks: [UInt8]...) -> StderrRing {
    var ring = StderrRing()
    for chunk in chunks { chunk.withUnsafeBytes { ring.append($0) } }
    return ring
  }

  @Test func `the last lines are given without the last newline`() {
    let ring = ring(Array("one\ntwo\nth".utf8), Array("ree\n".utf8))
    #expect(ring.tail(lines: 2) == "two\nthree")
    #expect(ring.tail(lines: 1) == "three")
    #expect(ring.tail(lines: 9) == "one\ntwo\nthree")
    #expect(ring.tail(lines: 0) == "")
  }

  @Test func `an empty ring has an empty tail`() { #expect(StderrRing().tail(lines: 5) == "") }

  @Test(arguments: [1, 7, 4096, 64 << 10, 100_000])
  func `older bytes give way, whatever the chunks`(_ size: Int) {
    let all = (0..<200_000).map { UInt8(0x61 + $0 % 23) }
    var ring = StderrRing()
    for start in stride(from: 0, to: all.count, by: size) {
      all[start..<min(start + size, all.count)].withUnsafeBytes { ring.append($0) }
    }
    #expect(ring.count == StderrRing.capacity)
    #expect(ring.tail(lines: 1) == String(decoding: all.suffix(StderrRing.capacity), as: UTF8.self))
  }
}
