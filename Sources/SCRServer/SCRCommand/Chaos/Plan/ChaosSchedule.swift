import SCRProtocol

/// A schedule that goes on ticking through all rounds of a run. No tick is ever left out.
struct ChaosSchedule: Sendable, Hashable {
  var name: String
  /// Five fields; nil for a fixed interval.
  var cron: String?
  var intervalMs: Int64

  static let all = [
    ChaosSchedule(name: "steady", intervalMs: 1000), ChaosSchedule(name: "slow", intervalMs: 1700),
    ChaosSchedule(name: "minutely", cron: "* * * * *", intervalMs: 60_000),
  ]

  /// What each tick's task is.
  /// - Parameter name: of the task, unique; all tasks of the schedule have one title.
  func task(_ name: String) -> ChaosTask {
    ChaosTask(
      name: name, steps: [ChaosStep(id: "tick", server: "alpha", tool: .apply, attempts: 4)], priority: 3,
      isTick: true)
  }

  /// Parameters of `put_schedule`.
  var json: JSONValue {
    var fields: JSONObject = ["name": .string(name), "missed": ["all": 100], "overlap": "allow"]
    if let cron { fields["cron"] = .string(cron) } else { fields["everyMs"] = .integer(intervalMs) }
    fields["task"] = ["plan": task(name).plan]
    return .object(fields)
  }
}
