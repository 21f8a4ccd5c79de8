/// Has the supervisors look at their children from time to time, so that those that are stuck are replaced.
///
/// It never touches the store: a disk that hangs must not keep anybody from seeing what hangs on it.
struct HealthWatch: Sendable {
  let supervisors: [Supervisor]
  let clock: any RuntimeClock
  /// As they are now; without a pause between two looks nobody looks again before they change.
  let rules: @Sendable () -> HealthRules
  /// Rings when the rules are others.
  let changed: Bell
  /// Called after each look.
  let onLook: @Sendable () -> Void

  /// Runs until cancelled.
  func run() async throws {
    while true {
      let rules = rules()
      for supervisor in supervisors { await supervisor.check(standstill: rules.agentStandstill) }
      onLook()
      _ = try await withinTime(rules.checkEvery, by: clock) { await changed.wait() }
      try Task.checkCancellation()
    }
  }
}
