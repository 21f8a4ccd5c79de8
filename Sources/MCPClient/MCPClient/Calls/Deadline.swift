/// Runs `work` and gives up when the clock says so. The work is cancelled then, and awaited, so nothing is left behind.
///
/// - Returns: nil if the time was up first.
package func withDeadline<Value: Sendable>(
  _ limit: Duration?, clock: any Clock<Duration> = ContinuousClock(),
  _ work: @escaping @Sendable () async throws -> Value
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
