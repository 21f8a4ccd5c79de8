import MCPServer
import SCRProtocol
import SCRRuntime

/// Reports the events of a task as progress of the request that waits for it.
struct TaskProgress: Sendable {
  let runtime: CognitiveRuntime
  let reporter: ProgressReporter

  /// - Parameter work: submits a task, tells its id before, and waits for its end.
  func follow(
    _ params: SubmitTaskParams, _ work: ((TaskID) -> Void) async throws -> JSONValue
  ) async throws -> JSONValue {
    guard params.wait == true, reporter.isWanted else { return try await work { _ in } }
    return try await withThrowingTaskGroup(of: Void.self) { group in
      var subscription: EventSubscription?
      defer { subscription?.end() }
      let result = try await work { id in
        let events = runtime.subscribe(taskID: id)
        subscription = events
        group.addTask { await report(events, of: id) }
      }
      subscription?.end()
      // Everything the task did is told before its answer.
      try await group.waitForAll()
      return result
    }
  }

  private func report(_ subscription: EventSubscription, of id: TaskID) async {
    var feed = EventFeed(runtime, taskID: id, subscription: subscription)
    var count = 0
    while let piece = try? await feed.next() {
      guard case .events(let events) = piece else { continue }
      for event in events {
        count += 1
        reporter.report(Double(count), message: EventProjection.summary(event))
      }
    }
  }
}
