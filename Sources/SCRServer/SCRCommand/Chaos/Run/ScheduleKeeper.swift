import SCRProtocol
import SCRRuntime

/// Puts the schedules of a run, and asks how far they have got.
struct ScheduleKeeper: Sendable {
  let host: ChaosHost

  private static let patience: Duration = .seconds(10)

  /// Before anything happens to the runtime.
  func put() async {
    for schedule in ChaosSchedule.all {
      // So that no tick comes before its book.
      host.board.change { $0.ticks[schedule.name] = TickBook(schedule: schedule, first: 0) }
      let reply = await host.ask("put_schedule", schedule.json)
      let first = reply.result?["nextAt"]?.stringValue.flatMap { Timestamp($0)?.milliseconds }
      guard let first else { return host.fail("put_schedule of \(schedule.name) failed: \(reply)") }
      host.board.change { $0.ticks[schedule.name]?.first = first }
    }
  }

  /// What the runtime says of each, once the events have told as much.
  func look() async {
    guard let reply = await host.current?.request("list_schedules", within: ChaosHost.patience) else { return }
    guard let schedules = reply.result?["schedules"]?.arrayValue else {
      return host.fail("list_schedules failed: \(reply)")
    }
    for schedule in schedules {
      guard let name = schedule["name"]?.stringValue, let report = TickBook.Report(schedule) else { continue }
      _ = await host.board.wait(within: Self.patience, by: host.clock) { state in
        state.ticks[name]?.submitted.contains { $0.taskID == report.lastTaskID } ?? true
      }
      host.board.change { $0.ticks[name]?.reported(report) }
    }
  }
}

extension TickBook.Report {
  /// Nil for a schedule that has not submitted anything.
  init?(_ schedule: JSONValue) {
    guard let runs = schedule["runs"]?.integerValue, let skipped = schedule["skipped"]?.integerValue,
      let last = schedule["lastAt"]?.stringValue.flatMap({ Timestamp($0) }),
      let id = schedule["lastTaskId"]?.stringValue
    else { return nil }
    self.init(runs: Int(runs), skipped: Int(skipped), lastAt: last.milliseconds, lastTaskID: id)
  }
}
