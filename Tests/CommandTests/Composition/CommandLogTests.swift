import Foundation
import SCRRuntime
import SCRTestSupport
import Testing

@testable import SCRCommand
@testable import SCRServer

@Suite("What the log says of children that ended")
struct CommandLogTests {
  /// The line's level and message; the time before them is cut off.
  private func logged(
    _ context: ExitReport.Context, _ reason: ExitReason, _ consequence: ExitReport.Consequence
  ) throws -> String {
    let file = FileManager.default.temporaryDirectory.appending(path: "scr-log-\(UUID())")
    defer { try? FileManager.default.removeItem(at: file) }
    var settings = LogSettings()
    settings.level = .trace
    settings.file = file.path
    let log = try CommandLog.open(settings, clock: ManualClock())
    log.exited(
      ExitReport(
        supervisor: "runtime", context: context, reason: reason,
        offender: ExitReport.Offender(
          id: "memory", kind: .worker, restart: .permanent, startedAt: Timestamp(milliseconds: 0), restarts: 3),
        consequence: consequence))
    return try String(contentsOf: file, encoding: .utf8).split(separator: " ", maxSplits: 1).last.map(String.init) ?? ""
  }

  @Test func `a line has the supervisor, the child and how it ended`() throws {
    #expect(
      try logged(.childTerminated, .error("disk full"), .restarting(after: .seconds(1))) == """
        warning scr: runtime lost memory consequence="restarting(after: 1.0 seconds)" context=childTerminated \
        reason="disk full" restarts=3

        """)
  }

  @Test(
    arguments: [
      (ExitReport.Context.shutdown, ExitReason.shutdown, ExitReport.Consequence.removed, "debug"),
      (.childTerminated, .normal, .stopped, "debug"), (.childTerminated, .normal, .autoShutdown, "debug"),
      (.shutdown, .shutdown, .restarting(after: .zero), "debug"),
      (.childTerminated, .error("x"), .restarting(after: .zero), "warning"),
      (.shutdownError, .error("x"), .removed, "warning"), (.startError, .error("x"), .removed, "warning"),
      (.childTerminated, .stuck, .restarting(after: .zero), "error"), (.shutdownError, .stuck, .removed, "error"),
      (.childTerminated, .error("x"), .gaveUp, "error"),
    ])
  func `the level says whether somebody should look`(
    context: ExitReport.Context, reason: ExitReason, consequence: ExitReport.Consequence, level: String
  ) throws {
    #expect(try logged(context, reason, consequence).hasPrefix("\(level) scr: runtime lost memory "))
  }
}
