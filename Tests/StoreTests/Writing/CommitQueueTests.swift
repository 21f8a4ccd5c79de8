import Testing

@testable import SCRStore

@Suite("What gathers while a commit runs")
struct CommitQueueTests {
  /// What a queue answered, in order: whether an item started the writer, and what the writer took.
  private enum Answer: Equatable {
    case added(starts: Bool)
    case took([Int])
  }

  @Test("the first item starts the writer, those that come while it runs do not")
  func start() {
    var queue = CommitQueue<Int>()
    let answers: [Answer] = [
      .added(starts: queue.add(1)), .added(starts: queue.add(2)), .took(queue.take(limit: 10)),
      .added(starts: queue.add(3)), .took(queue.take(limit: 10)), .took(queue.take(limit: 10)),
      .added(starts: queue.add(4)),
    ]
    #expect(
      answers == [
        .added(starts: true), .added(starts: false), .took([1, 2]), .added(starts: false), .took([3]), .took([]),
        .added(starts: true),
      ])
  }

  @Test("a run takes at most its limit, oldest first")
  func limit() {
    var queue = CommitQueue<Int>()
    for number in 1...5 { _ = queue.add(number) }
    let answers: [Answer] = [
      .took(queue.take(limit: 2)), .added(starts: queue.add(6)), .took(queue.take(limit: 2)),
      .took(queue.take(limit: 2)), .took(queue.take(limit: 2)), .added(starts: queue.add(7)),
    ]
    #expect(
      answers == [
        .took([1, 2]), .added(starts: false), .took([3, 4]), .took([5, 6]), .took([]), .added(starts: true),
      ])
  }
}
