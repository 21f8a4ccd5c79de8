import Synchronization

/// What the agents of one run of a task use between them, as it happens: an agent asks its model only while there is
/// something left.
final class AgentSpending: Sendable {
  private struct State {
    var budget: Budget?
    /// By the task, up to ``countedAt``.
    var counted = Usage()
    var countedAt = Timestamp(milliseconds: 0)
    /// By attempts that have not ended.
    var inFlight: [String: Usage] = [:]
    var unpriced: String?
  }

  private let state = Mutex(State())

  /// - Parameter used: by the task, attempts in flight left out.
  func set(_ budget: Budget?, used: Usage, at now: Timestamp) {
    state.withLock { state in
      state.budget = budget
      state.counted = used
      state.countedAt = now
    }
  }

  func add(_ usage: Usage, by stepID: String) { state.withLock { $0.inFlight[stepID, default: Usage()] += usage } }

  /// What an attempt that has ended has used.
  func take(_ stepID: String) -> Usage { state.withLock { $0.inFlight.removeValue(forKey: stepID) } ?? Usage() }

  /// By all attempts that have not ended.
  var inFlight: Usage { state.withLock { $0.inFlight.values.reduce(Usage(), +) } }

  /// An answer of this model was paid for, and nobody knows how much.
  func note(unpriced model: String) { state.withLock { $0.unpriced = $0.unpriced ?? model } }

  /// The model of which nobody knows what it costs, where the budget is in money: such a limit would never be met.
  var unpricedUnderLimit: String? { state.withLock { $0.budget?.costMicros == nil ? nil : $0.unpriced } }

  /// Why no model may be asked any more.
  func breach(now: Timestamp) -> BudgetBreach? {
    state.withLock { state in
      guard let budget = state.budget else { return nil }
      var used = state.inFlight.values.reduce(state.counted, +)
      used.ran(from: state.countedAt, to: now)
      return budget.isUsedUp(by: used)
    }
  }
}
