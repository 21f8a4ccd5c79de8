@testable import MCPClient
import Testing

struct TaskPollTests {
  @Test func `a server's interval is kept to, within reason and a little spread`() {
    var poll = TaskPoll(interval: .milliseconds(1000))
    #expect(poll.next(chance: 0) == .milliseconds(1000))
    #expect(poll.next(chance: 1) == .milliseconds(1200))
    var eager = TaskPoll(interval: .milliseconds(1))
    #expect(eager.next(chance: 0) == .milliseconds(50))
    var lazy = TaskPoll(interval: .seconds(86_400))
    #expect(lazy.next(chance: 0) == .seconds(60))
  }

  @Test func `without one the pauses grow from a quarter of a second to ten seconds`() {
    var poll = TaskPoll(interval: nil)
    #expect(
      (0..<8).map { _ in poll.next(chance: 0) }
        == [250, 500, 1000, 2000, 4000, 8000, 10_000, 10_000].map { .milliseconds($0) })
  }
}
