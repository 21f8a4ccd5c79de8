import Testing

@testable import SCRConnection

@Suite struct PeerBacklogTests {
  private let start = ContinuousClock.now
  private let limits = PeerBacklog.Limits(highWater: 10, most: 30, patience: .seconds(5))
  private func bytes(_ count: Int) -> [UInt8] { [UInt8](repeating: 1, count: count) }

  @Test func `what a peer takes makes room, in order`() {
    var backlog = PeerBacklog(limits)
    backlog.add([1, 2, 3], now: start)
    backlog.add([4, 5], now: start)
    var seen: [UInt8] = []
    backlog.send(now: start) {
      seen += $0.prefix(4)
      return 4
    }
    #expect(seen == [1, 2, 3, 4])
    #expect(backlog.count == 1)
    backlog.send(now: start) {
      seen += $0
      return $0.count
    }
    #expect(seen == [1, 2, 3, 4, 5])
    #expect(backlog.isEmpty)
  }

  @Test func `a peer below the mark may take for ever`() {
    var backlog = PeerBacklog(limits)
    backlog.add(bytes(9), now: start)
    #expect(backlog.hasRoom && backlog.deadline == nil)
    #expect(backlog.verdict(now: start + .seconds(1000)) == nil)
  }

  @Test func `a slow peer is given up when it takes nothing for its patience`() {
    var backlog = PeerBacklog(limits)
    backlog.add(bytes(20), now: start)
    #expect(!backlog.hasRoom)
    #expect(backlog.deadline == start + .seconds(5))
    #expect(backlog.verdict(now: start + .seconds(4)) == nil)
    // Whatever it takes counts, and a failed attempt does not.
    backlog.send(now: start + .seconds(4)) { _ in 1 }
    backlog.send(now: start + .seconds(6)) { _ in -1 }
    #expect(backlog.verdict(now: start + .seconds(8)) == nil)
    #expect(
      backlog.verdict(now: start + .seconds(9)) == "it has read nothing for 5 seconds while 19 bytes wait for it")
  }

  @Test func `one that comes below the mark is no longer watched`() {
    var backlog = PeerBacklog(limits)
    backlog.add(bytes(20), now: start)
    backlog.send(now: start) { _ in 15 }
    #expect(backlog.hasRoom && backlog.deadline == nil)
  }

  @Test func `more than is ever kept gives it up at once`() {
    var backlog = PeerBacklog(limits)
    backlog.add(bytes(31), now: start)
    #expect(backlog.verdict(now: start) == "31 bytes wait to be read by it, and no more than 30 are kept")
    backlog.drop()
    #expect(backlog.isEmpty && backlog.verdict(now: start + .seconds(9)) == nil)
  }
}
