import Foundation
import Synchronization

/// The one thread on which children are launched, one after the other: what Foundation does for that blocks, and it
/// keeps a run loop with descriptors for every thread that it is used on. Children are written down here, too, in the order
/// of what happens to them. It lives as long as this process.
final class LaunchThread: Sendable {
  static let shared = LaunchThread()

  private struct State {
    var jobs: [@Sendable () -> Void] = []
    var isRunning = false
  }

  private let state = Mutex(State())
  private let arrivals = DispatchSemaphore(value: 0)

  /// Returns what `work` gives on the thread. Whoever calls must bound how many wait.
  func run<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
      post { continuation.resume(with: Result { try work() }) }
    }
  }

  /// The same for work that cannot fail.
  func value<Value: Sendable>(_ work: @escaping @Sendable () -> Value) async -> Value {
    await withCheckedContinuation { continuation in post { continuation.resume(returning: work()) } }
  }

  /// Leaves `work` to the thread, after all that was given to it before. Never blocks.
  func post(_ work: @escaping @Sendable () -> Void) {
    let mustStart = state.withLock { state in
      state.jobs.append(work)
      defer { state.isRunning = true }
      return !state.isRunning
    }
    if mustStart { DedicatedThread.start { [self] in serve() } }
    arrivals.signal()
  }

  private func serve() {
    while true {
      arrivals.wait()
      let job = state.withLock { $0.jobs.removeFirst() }
      job()
    }
  }
}
