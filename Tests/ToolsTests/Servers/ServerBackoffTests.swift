import SCRTools
import Testing

struct ServerBackoffTests {
  private static let policy = ServerBackoff.Policy(
    first: .milliseconds(200), longest: .milliseconds(1000), healthySpan: .seconds(30), failures: 5)

  private static func pause(_ milliseconds: Int) -> ServerBackoff.Decision {
    .restart(after: .milliseconds(milliseconds))
  }

  @Test func `the pause doubles up to the longest; one failure more than allowed ends it`() {
    var backoff = ServerBackoff(Self.policy)
    let decisions = (0..<6).map { _ in backoff.ended(lived: nil, chance: 1) }
    #expect(decisions == [200, 400, 800, 1000, 1000].map(Self.pause) + [.giveUp])
  }

  @Test func `chance takes at most a quarter off`() {
    let pauses = [0, 0.5, 1].map { chance in
      var backoff = ServerBackoff(Self.policy)
      return backoff.ended(lived: nil, chance: chance)
    }
    #expect(pauses == [150, 175, 200].map(Self.pause))
  }

  @Test func `a long life wipes the slate clean, a short one does not`() {
    var backoff = ServerBackoff(Self.policy)
    _ = backoff.ended(lived: nil, chance: 1)
    #expect(backoff.ended(lived: .milliseconds(29_999), chance: 1) == Self.pause(400))
    #expect(backoff.ended(lived: .seconds(30), chance: 1) == Self.pause(200))
  }

  @Test func `a server that crashes often but lives long in between is never given up`() {
    var backoff = ServerBackoff(Self.policy)
    let decisions = (0..<50).map { _ in backoff.ended(lived: .seconds(31), chance: 1) }
    #expect(decisions == Array(repeating: Self.pause(200), count: 50))
  }

  @Test func `where no failure is allowed the first is the last`() {
    var backoff = ServerBackoff(ServerBackoff.Policy(failures: 0))
    #expect(backoff.ended(lived: nil, chance: 1) == .giveUp)
  }

  @Test func `a hundred failures in a row overflow nothing`() {
    var backoff = ServerBackoff(ServerBackoff.Policy(failures: 1000))
    #expect((0..<100).map { _ in backoff.ended(lived: nil, chance: 1) }.last == .restart(after: .seconds(30)))
  }
}
