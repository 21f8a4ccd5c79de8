import SCRProtocol
import SCRTestSupport
import Testing

@testable import SCRRuntime

@Suite("The dispatcher starves nobody", .timeLimit(.minutes(2)))
struct DispatcherFairnessTests {
  @Test("one task beside 99,999 of another key has the next turn or the one after it")
  func skew() async throws {
    let queue = QueueFixture(holdFrom: 8)
    try await queue.store(
      (0..<99_999).map { queue.task("big-\($0)", key: "big") } + [queue.task("small", key: "small")])
    let first = try await queue.fixture.live { _ in await queue.ran(8) }
    #expect(first.prefix(2).contains("small"))
    #expect(first.filter { $0 != "small" } == (0..<7).map { "big-\($0)" })
  }

  @Test("a task of low priority behind 10,000 urgent ones runs when it has waited the longest time")
  func overdue() async throws {
    let queue = QueueFixture(holdFrom: 12)
    try await queue.store([queue.task("low", priority: .low)])
    queue.clock.advance(by: .seconds(600))
    try await queue.store((0..<10_000).map { queue.task("urgent-\($0)", priority: .high) })
    let first = try await queue.fixture.live { _ in await queue.ran(4) }
    #expect(first.prefix(2).contains("low"))
  }

  @Test(
    "keys take turns by their weights, and a weight that a submission brings holds from then on and after a restart")
  func weights() async throws {
    let queue = QueueFixture(holdFrom: 13)
    let names = (0..<12).flatMap { number in ["a", "b"].map { "\($0)\(number)" } }
    try await queue.fixture.live { runtime in
      try await runtime.pauseQueue(.all, until: nil)
      for name in names {
        let key = String(name.prefix(1))
        _ = try await runtime.submit(QueueFixture.submission(name, key: key, weight: key == "a" ? 3 : nil))
      }
      #expect(try await runtime.queueStatus(nil).weights == ["a": 3])
    }
    try await queue.fixture.live { runtime in
      try await runtime.resumeQueue(.all)
      let first = await queue.ran(8)
      #expect(first.count { $0.hasPrefix("a") } == 6)
      #expect(first.filter { $0.hasPrefix("b") } == ["b0", "b1"])
    }
  }

  @Test("a weight changes the share of tasks that wait already")
  func liveWeights() async throws {
    let queue = QueueFixture(holdFrom: 9)
    try await queue.store((0..<20).flatMap { number in ["a", "b"].map { queue.task("\($0)\(number)", key: $0) } })
    let second = try await queue.fixture.live { runtime -> [String] in
      try await runtime.pauseQueue(.all, until: nil)
      try await runtime.setQueueWeights(["b": 7])
      try await runtime.resumeQueue(.all)
      return await queue.ran(9)
    }
    #expect(second.count { $0.hasPrefix("b") } >= 7)
  }

  @Test("classes take turns however much each of them holds")
  func classes() async throws {
    let queue = QueueFixture(holdFrom: 8)
    try await queue.store(
      (0..<500).map { queue.task("many-\($0)", class: "many") } + (0..<3).map { queue.task("few-\($0)", class: "few") })
    let first = try await queue.fixture.live { _ in await queue.ran(6) }
    #expect(first.count { $0.hasPrefix("few") } == 3)
  }
}
