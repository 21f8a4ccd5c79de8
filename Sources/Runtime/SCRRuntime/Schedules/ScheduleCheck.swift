import SCRProtocol

/// What can be said of a schedule without its task.
enum ScheduleCheck {
  /// - Throws: `invalid_params` naming the member that is wrong.
  static func check(_ schedule: TaskSchedule, _ zones: TaskSchedule.Zones) throws(RuntimeError) {
    guard isName(schedule.name) else {
      throw RuntimeError(
        .invalidParams, "\"\(schedule.name.prefix(80))\" is no name of a schedule",
        hint: "use letters, digits, dots, dashes and underscores, 64 at most", path: "name")
    }
    let zone: any CivilZone
    do { zone = try zones(schedule.zone) } catch { throw RuntimeError(.invalidParams, "\(error)", path: "zone") }
    let ticks: Schedule
    do throws(CronError) { ticks = try schedule.timing.schedule() } catch {
      throw RuntimeError(.invalidParams, error.message, hint: error.hint, path: "cron")
    }
    guard ticks.next(after: schedule.state.last, in: zone) != nil else {
      throw RuntimeError(
        .invalidParams, "no day fits the expression: it would never run", hint: "look at day and month", path: "cron")
    }
    try checkInterval(schedule)
  }

  private static func checkInterval(_ schedule: TaskSchedule) throws(RuntimeError) {
    guard case .every(let interval, _) = schedule.timing, !TaskSchedule.Timing.intervals.contains(interval) else {
      return
    }
    throw RuntimeError(
      .invalidParams, "\(interval.milliseconds) ms is outside 1 s to 366 d", path: "everyMs")
  }

  private static func isName(_ name: String) -> Bool {
    (1...64).contains(name.utf8.count)
      && name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "._-".contains($0)) }
  }
}
