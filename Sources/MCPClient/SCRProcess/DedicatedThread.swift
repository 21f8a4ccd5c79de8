import class Foundation.Thread

/// A thread outside the cooperative pool, for what blocks.
enum DedicatedThread {
  static func start(_ body: @escaping @Sendable () -> Void) { Thread.detachNewThread(body) }
}
