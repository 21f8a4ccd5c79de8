/// Runs `work` and cancels it when `limit` is over by `clock`. Returns when it has ended either way.
///
/// - Returns: nil if the time was up first.
package func withinTime<Value: Sendable>(
  _ limit: Duration?, by clock: any RuntimeClock, _ work: @escaping @Sendable () async throws -> Value
) async throws -> Value? {
  guard let limit else { return try await work() }
  return try await withThrowingTaskGroup(of: Value?.self) { group in
    group.addTask { try await work() }
    group.addTask {
      try await clock.sleep(for: limit)
      return nil
    }
    defer { group.cancelAll() }
    return try await group.next() ?? nil
  }
}
