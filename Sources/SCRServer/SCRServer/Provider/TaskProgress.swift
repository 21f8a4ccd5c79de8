import MCPServer
import SCRProtocol
import SCRRuntime

/// Tells the client that waits for a task what happens: events as progress, and questions as requests for input.
struct TaskProgress: Sendable {
  let runtime: CognitiveRuntime
  let reporter: ProgressReporter
  let questions: TaskQuestions

  /// - Parameter work: submits a task, tells its id before, and waits for its end.
  func follow(
    _ params: SubmitTaskParams, _ work: ((TaskID) -> Void) async throws -> JSONValue
  ) async throws -> JSONValue {
    guard params.wait == true, reporter.isWanted || questions.canAsk else { return try await work { _ in } }
    return try await withThrowingTaskGroup(of: EventSubscription?.self) { group in
      var subscription: EventSubscription?
      defer { subscription?.end() }
      let result = try await work { id in
        if questions.canAsk {
          group.addTask {
            await questions.follow(id)
            return nil
          }
        }
        guard reporter.isWanted else { return }
        let events = runtime.subscribe(taskID: id)
        subscription = events
        group.addTask {
          await report(events, of: id)
          return events
        }
      }
      subscription?.end()
      // Everything the task did is told before its answer.
      if subscription != nil { while let ended = try await group.next(), ended == nil {} }
      group.cancelAll()
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
