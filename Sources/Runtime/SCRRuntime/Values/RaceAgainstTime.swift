/// Runs `work` and cancels it when `limit` is over by `clock`. Returns when it has ended either way.
///
/// - Returns: nil if the time was up first.
package func withinTime<Value: Sendable>(
  _ limit: Duration?, by clock: any RuntimeClock, _ work: @escaping @Sendable () async throws -> Value
) async throws -> Value? {
  guard let limit else { return try await work() }
  return try await race(work) { try await clock.sleep(for: limit) }
}

/// The same with a moment by the wall clock, and `longest` at most, if given; without a moment there is no limit. A length that is counted first and waited for later
/// would be too long by what passed in between.
package func untilTime<Value: Sendable>(
  _ moment: Timestamp?, atMost longest: Duration? = nil, by clock: any RuntimeClock,
  _ work: @escaping @Sendable () async throws -> Value
) async throws -> Value? {
  guard let moment else { return try await work() }
  return try await race(work) { try await clock.sleep(until: moment, atMost: longest) }
}

private func race<Value: Sendable>(
  _ work: @escaping @Sendable () async throws -> Value, _ wait: @escaping @Sendable () async throws -> Void
) async throws -> Value? {
  try await withThrowingTaskGroup(of: Value?.self) { group in
    group.addTask { try await work() }
    group.addTask {
      try await wait()
      return nil
    }
    defer { group.cancelAll() }
    return try await group.next() ?? nil
  }
}
