import SCRRuntime
import Testing

struct RestartTrackerTests {
  private static let epoch = Timestamp(milliseconds: 0)

  private static func at(_ seconds: Int64) -> Timestamp { Timestamp(milliseconds: seconds * 1000) }

  private func tracker(_ restarts: Int, within seconds: Int64 = 60, jitter: Double = 0) -> RestartTracker {
    RestartTracker(
      RestartIntensity(restarts: restarts, within: .seconds(seconds)),
      RestartBackoff(
        first: .milliseconds(100), longest: .milliseconds(350), healthySpan: .seconds(30), jitter: jitter))
  }

  @Test func `the pause doubles up to the longest`() {
    var tracker = tracker(10)
    let decisions = (1...4).map { tracker.exited(startedAt: Self.at($0), now: Self.at($0), chance: 0.5) }
    #expect(
      decisions == [100, 200, 350, 350].map { .restart(after: .milliseconds($0)) })
  }

  @Test func `a healthy span begins the pauses anew`() {
    var tracker = tracker(10)
    _ = tracker.exited(startedAt: Self.at(0), now: Self.at(1), chance: 0)
    #expect(tracker.exited(startedAt: Self.at(1), now: Self.at(2), chance: 0) == .restart(after: .milliseconds(200)))
    #expect(tracker.exited(startedAt: Self.at(2), now: Self.at(32), chance: 0) == .restart(after: .milliseconds(100)))
    #expect(tracker.exited(startedAt: Self.at(32), now: Self.at(61), chance: 0) == .restart(after: .milliseconds(200)))
  }

  @Test func `jitter shortens a pause by at most its share`() {
    let pauses = [0, 0.5, 1].map { chance in
      var tracker = tracker(1, jitter: 0.2)
      return tracker.exited(startedAt: Self.epoch, now: Self.epoch, chance: chance)
    }
    #expect(pauses == [100, 90, 80].map { .restart(after: .milliseconds($0)) })
  }

  @Test func `more exits within the period than allowed end it`() {
    var tracker = tracker(2, within: 10)
    let now = [0, 5, 10].map { Self.at($0) }
    let decisions = now.map { tracker.exited(startedAt: $0, now: $0, chance: 0) }
    #expect(decisions == [.restart(after: .milliseconds(100)), .restart(after: .milliseconds(200)), .giveUp])
  }

  @Test func `exits that are older than the period no longer count`() {
    var tracker = tracker(2, within: 10)
    let decisions = [0, 5, 11, 17].map { tracker.exited(startedAt: Self.at($0), now: Self.at($0), chance: 0) }
    #expect(!decisions.contains(.giveUp))
    #expect(tracker.headroom(at: Self.at(17)) == 0)
    #expect(tracker.headroom(at: Self.at(22)) == 1)
    #expect(tracker.headroom(at: Self.at(28)) == 2)
  }

  @Test func `with no restart allowed the first exit is the last`() {
    var tracker = tracker(0)
    #expect(tracker.headroom(at: Self.epoch) == 0)
    #expect(tracker.exited(startedAt: Self.epoch, now: Self.epoch, chance: 0) == .giveUp)
  }

  @Test func `a hundred exits in a row overflow nothing`() {
    var tracker = tracker(1000)
    let last = (0..<100).map { _ in tracker.exited(startedAt: Self.epoch, now: Self.epoch, chance: 0) }.last
    #expect(last == .restart(after: .milliseconds(350)))
  }
}
