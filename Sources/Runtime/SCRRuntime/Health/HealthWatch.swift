/// Has the supervisors look at their children from time to time, so that those that are stuck are replaced.
///
/// It never touches the store: a disk that hangs must not keep anybody from seeing what hangs on it.
struct HealthWatch: Sendable {
  let supervisors: [Supervisor]
  let clock: any RuntimeClock
  /// From the end of one look to the next.
  let pause: Duration
  /// Called after each look.
  let onLook: @Sendable () -> Void

  /// Runs until cancelled.
  func run() async throws {
    while true {
      for supervisor in supervisors { await supervisor.check() }
      onLook()
      try await clock.sleep(for: pause)
    }
  }
}
