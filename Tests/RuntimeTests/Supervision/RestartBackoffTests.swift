import SCRRuntime
import Testing

@Suite("The pauses before restarts grow and begin anew")
struct RestartBackoffTests {
  private static func pauses(_ lives: [Int], jitter: Double = 0, chance: Double = 0.5) -> [Duration] {
    var pauses = RestartPauses(
      RestartBackoff(
        first: .milliseconds(100), longest: .milliseconds(350), healthySpan: .seconds(30), jitter: jitter))
    return lives.map { pauses.next(after: .seconds($0), chance: chance) }
  }

  @Test func `the pause doubles up to the longest`() {
    #expect(Self.pauses([0, 0, 0, 0]) == [100, 200, 350, 350].map { .milliseconds($0) })
  }

  @Test func `a healthy span begins the pauses anew`() {
    #expect(Self.pauses([1, 1, 30, 29]) == [100, 200, 100, 200].map { .milliseconds($0) })
  }

  @Test(arguments: [(0, 100), (0.5, 90), (1, 80)])
  func `jitter shortens a pause by at most its share`(chance: Double, pause: Int) {
    #expect(Self.pauses([0], jitter: 0.2, chance: chance) == [.milliseconds(pause)])
  }

  @Test func `a hundred exits in a row overflow nothing`() {
    #expect(Self.pauses(Array(repeating: 0, count: 100)).last == .milliseconds(350))
  }

  @Test func `without a backoff restarts are at once`() {
    var pauses = RestartPauses(.none)
    #expect((0..<5).map { _ in pauses.next(after: .zero, chance: 1) } == Array(repeating: .zero, count: 5))
  }
}
