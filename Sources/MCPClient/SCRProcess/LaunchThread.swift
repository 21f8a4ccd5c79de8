import Foundation
import Synchronization

/// The one thread on which children are launched, one after the other: what Foundation does for that blocks, and it
/// keeps a run loop with descriptors for every thread that it is used on. It lives as long as this process.
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
      let mustStart = state.withLock { state in
        state.jobs.append { continuation.resume(with: Result { try work() }) }
        defer { state.isRunning = true }
        return !state.isRunning
      }
      if mustStart { DedicatedThread.start { [self] in serve() } }
      arrivals.signal()
    }
  }

  private func serve() {
    while true {
      arrivals.wait()
      let job = state.withLock { $0.jobs.removeFirst() }
      job()
    }
  }
}
