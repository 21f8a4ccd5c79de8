import class Foundation.Thread

/// A thread outside the cooperative pool, for what blocks.
enum DedicatedThread {
  static func start(_ body: @escaping @Sendable () -> Void) { Thread.detachNewThread(body) }

  /// What `body` gives on such a thread.
  static func value<Value: Sendable>(_ body: @escaping @Sendable () -> Value) async -> Value {
    await withCheckedContinuation { continuation in start { continuation.resume(returning: body()) } }
  }
}
