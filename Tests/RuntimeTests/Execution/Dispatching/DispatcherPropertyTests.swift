import SCRProtocol
import SCRTestSupport
import Testing

@testable import SCRRuntime

/// The dispatcher and its queue against the truth of the store, over random histories.
@Suite("After any history every task has ended, and none ran twice", .timeLimit(.minutes(5)))
struct DispatcherPropertyTests {
  @Test(arguments: 0..<24 as Range<UInt64>)
  func histories(_ seed: UInt64) async throws {
    var random = RepeatableRandom(seed: seed)
    var queue = QueueFixture(maxConcurrentTasks: Int.random(in: 1...6, using: &random))
    // Small, so that lanes and windows are pushed out and read again.
    queue.fixture.configuration.queueRules = FairQueueRules(
      ageingStep: .seconds(20), maximumWait: .seconds(60), windowSize: Int.random(in: 1...4, using: &random),
      laneLimit: Int.random(in: 2...6, using: &random))
    // A tool server that some tasks need and that comes and goes.
    let other = FakeToolSource(name: "other", [:])
    var ids: [TaskID] = []
    var cancelled: Set<TaskID> = []
    for _ in 0..<3 {
      (ids, cancelled) = try await life(queue, other, &random, ids, cancelled)
    }
    let states = try await queue.fixture.live { [ids] runtime in
      runtime.registry.add(other)
      for name in ["a", "b"] { try await runtime.resumeQueue(.taskClass(name)) }
      try await runtime.resumeQueue(.all)
      other.status = ToolServerStatus(state: .ready)
      runtime.serverChanged("other", other.status)
      return try await runtime.end(of: ids)
    }
    let names = queue.all
    #expect(Set(names).count == names.count)
    for (id, state) in zip(ids, states) {
      #expect(state == .completed || (state == .cancelled && cancelled.contains(id)))
      #expect(state != .completed || names.contains(id.text))
    }
    let waiting = try await queue.fixture.store.lanes(
      in: queue.fixture.configuration.workspaceRoot, after: nil, limit: 9)
    #expect(waiting == [])
  }

  private func life(
    _ queue: QueueFixture, _ other: FakeToolSource, _ random: inout RepeatableRandom, _ known: [TaskID],
    _ gone: Set<TaskID>
  ) async throws -> ([TaskID], Set<TaskID>) {
    let start = random.next()
    random = RepeatableRandom(seed: start &+ 1)
    return try await queue.fixture.live { runtime in
      runtime.registry.add(other)
      var (random, ids, cancelled) = (RepeatableRandom(seed: start), known, gone)
      for _ in 0..<60 {
        switch Int.random(in: 0..<12, using: &random) {
        case 0:
          let scope = QueueScope(["a", "b", nil].randomElement(using: &random) ?? nil)
          let until = Bool.random(using: &random) ? queue.clock.now() + .seconds(15) : nil
          try await runtime.pauseQueue(scope, until: until)
        case 1: try await runtime.resumeQueue(QueueScope(["a", "b", nil].randomElement(using: &random) ?? nil))
        case 2:
          guard let id = ids.randomElement(using: &random) else { continue }
          _ = try await runtime.cancel(id)
          cancelled.insert(id)
        case 3:
          other.status = ToolServerStatus(state: other.status.state == .ready ? .starting : .ready)
          runtime.serverChanged("other", other.status)
        case 4: queue.clock.advance(by: .seconds(Int64.random(in: 1...25, using: &random)))
        case 5:
          _ = try await runtime.setQueueLimits(
            "a", QueueLimits(maxConcurrent: Int.random(in: 0...2, using: &random)))
        case 6: try await runtime.setQueueWeights(["x": Int.random(in: 1...9, using: &random)])
        default:
          var task = queue.task(
            "task-\(ids.count)", class: ["a", "b"].randomElement(using: &random) ?? "a",
            key: ["x", "y", "z", ""].randomElement(using: &random) ?? "",
            priority: TaskPriority(level: Int.random(in: 1...5, using: &random)))
          if Int.random(in: 0..<3, using: &random) == 0 { task.serverNames = ["fake", "other"] }
          // Past the submission, which would wait for a server that is not ready.
          try await queue.store([task])
          runtime.queueRoom.takeBack(task)
          runtime.dispatcher.queued(task, isNew: Int.random(in: 0..<8, using: &random) > 0)
          ids.append(task.id)
        }
      }
      return (ids, cancelled)
    }
  }
}
