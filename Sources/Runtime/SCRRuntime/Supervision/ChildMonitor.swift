/// Tells once how a child's present life ended; OTP's monitor. One that is let go of is forgotten.
package final class ChildMonitor: Sendable {
  package let child: String
  private let report = OneShot<ExitReport>()

  init(child: String) { self.child = child }

  /// Waits for the exit; nil as soon as the caller is cancelled. May be called again.
  package func exit() async -> ExitReport? { await report.value() }

  func tell(_ report: ExitReport) { self.report.fire(report) }
}
