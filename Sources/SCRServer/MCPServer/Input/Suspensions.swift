import SCRProtocol
import Synchronization

/// The calls of one connection that wait for their client to come back. Each ticket is good once.
final class Suspensions: Sendable {
  private struct Entry {
    let ticket: Int64
    let call: LiveCall
    let until: Int64
  }

  private struct State {
    /// Oldest first.
    var entries: [Entry] = []
    var hasEnded = false
  }

  private let state = Mutex(State())
  private let limit: Int
  private let clock: ServerClock
  private let patience: Duration

  init(_ limits: ServerLimits, _ clock: ServerClock) {
    limit = limits.suspendedCalls
    patience = limits.patience
    self.clock = clock
  }

  /// - Returns: the ticket by which the call is found again. The oldest call ends if there are too many.
  func add(_ call: LiveCall) -> Int64 {
    let ticket = Int64.random(in: 1...Int64.max)
    let now = clock.now()
    let entry = Entry(ticket: ticket, call: call, until: now + Int64(patience / .milliseconds(1)))
    let evicted: LiveCall? = state.withLock { state in
      state.entries.removeAll { $0.until <= now }
      if state.hasEnded { return call }
      state.entries.append(entry)
      return state.entries.count > limit ? state.entries.removeFirst().call : nil
    }
    evicted?.abandon(evicted === call ? .disconnected : .evicted)
    return ticket
  }

  func take(_ ticket: Int64) -> LiveCall? {
    state.withLock { state in
      state.entries.firstIndex { $0.ticket == ticket }.map { state.entries.remove(at: $0).call }
    }
  }

  /// No client can come back any more.
  func end() {
    let entries = state.withLock { state in
      state.hasEnded = true
      defer { state.entries = [] }
      return state.entries
    }
    for entry in entries { entry.call.abandon(.disconnected) }
  }

  var count: Int { state.withLock(\.entries.count) }
}
