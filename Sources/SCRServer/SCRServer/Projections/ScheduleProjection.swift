package import SCRProtocol
package import SCRRuntime

/// Schedules as clients see them.
package enum ScheduleProjection {
  /// `{name, cron?, everyMs?, zone, missed, overlap, paused, nextAt?, lastAt?, lastTaskId?, runs, skipped, problem?,
  /// task}`.
  package static func json(_ schedule: TaskSchedule) -> JSONValue {
    var fields: JSONObject = ["name": .string(schedule.name)]
    switch schedule.timing {
    case .cron(let text): fields["cron"] = .string(text)
    case .every(let interval, _): fields["everyMs"] = .integer(interval.milliseconds)
    }
    fields["zone"] = .string(schedule.zone)
    fields["missed"] = schedule.missed.json
    fields["overlap"] = .string(schedule.overlap.rawValue)
    fields["paused"] = .bool(schedule.isPaused)
    fields["nextAt"] = schedule.nextAt.map { .string($0.description) }
    fields["lastAt"] = schedule.lastAt.map { .string($0.description) }
    fields["lastTaskId"] = schedule.lastTaskID.map { .string($0.text) }
    fields["runs"] = JSONValue(schedule.runs)
    fields["skipped"] = JSONValue(schedule.skipped)
    fields["problem"] = schedule.problem.map { .string($0) }
    fields["task"] = schedule.template.json
    return .object(fields)
  }

  /// `{schedules, damaged?}`; `damaged` names those that cannot be read.
  package static func list(_ schedules: [TaskSchedule], damaged: [String]) -> JSONValue {
    var fields: JSONObject = ["schedules": .array(schedules.map(json))]
    if !damaged.isEmpty { fields["damaged"] = .array(damaged.map { .string($0) }) }
    return .object(fields)
  }
}
