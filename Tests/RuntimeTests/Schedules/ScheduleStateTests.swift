import SCRProtocol
import Testing

@testable import SCRRuntime

@Suite("Schedules and missed runs")
struct ScheduleStateTests {
  private typealias Due = ScheduleState.Due

  private static func at(_ minutes: Int) -> Timestamp { Timestamp(milliseconds: Int64(minutes) * 60_000) }
  private static let hourly = Schedule.every(seconds: 3600, anchor: at(0))

  private static func due(
    _ state: inout ScheduleState, _ minutes: Int, _ missed: MissedRuns, _ schedule: Schedule = hourly
  ) -> Due {
    state.due(now: at(minutes), schedule, in: FixedZone(), missed: missed)
  }

  @Test("a tick runs once, and the next is named")
  func ticks() {
    var state = ScheduleState(created: Self.at(10))
    #expect(Self.due(&state, 59, .skip) == Due(runs: [], next: Self.at(60), skipped: 0))
    #expect(Self.due(&state, 60, .skip) == Due(runs: [Self.at(60)], next: Self.at(120), skipped: 0))
    #expect(Self.due(&state, 60, .skip) == Due(runs: [], next: Self.at(120), skipped: 0))
    #expect(Self.due(&state, 121, .skip) == Due(runs: [Self.at(120)], next: Self.at(180), skipped: 0))
  }

  @Test(
    "ticks that were missed follow the rule",
    arguments: [
      (MissedRuns.skip, [Int]()), (.once, [300]), (.all(limit: 100), [60, 120, 180, 240, 300]),
      (.all(limit: 2), [240, 300]), (.all(limit: 0), [300]),
    ])
  func missed(rule: MissedRuns, runs: [Int]) {
    var state = ScheduleState(created: Self.at(10))
    #expect(
      Self.due(&state, 330, rule) == Due(runs: runs.map(Self.at), next: Self.at(360), skipped: 5 - runs.count))
    #expect(Self.due(&state, 330, rule).runs == [])
  }

  @Test("a clock that is set back runs no tick twice")
  func clockBack() {
    var state = ScheduleState(created: Self.at(10))
    _ = Self.due(&state, 180, .once)
    #expect(Self.due(&state, 50, .once) == Due(runs: [], next: Self.at(240), skipped: 0))
    #expect(Self.due(&state, 180, .once).runs == [])
    #expect(Self.due(&state, 240, .once).runs == [Self.at(240)])
  }

  @Test("a jump over ten years costs no more than a short one and gives the latest ticks")
  func farJump() throws {
    let cron = Schedule.cron(try CronExpression("* * * * *"))
    let years = 10 * 525_600
    var state = ScheduleState(created: Self.at(0))
    #expect(
      Self.due(&state, years, .all(limit: 3), cron)
        == Due(
          runs: [years - 2, years - 1, years].map(Self.at), next: Self.at(years + 1),
          skipped: ScheduleState.mostCounted - 3))
    var other = ScheduleState(created: Self.at(0))
    #expect(Self.due(&other, years, .once, .every(seconds: 1, anchor: Self.at(0))).runs == [Self.at(years)])
  }

  @Test("a schedule that never comes names no next moment")
  func never() throws {
    var state = ScheduleState(created: Self.at(0))
    let never = Schedule.cron(try CronExpression("0 0 31 2 *"))
    #expect(Self.due(&state, 1000, .once, never) == Due(runs: [], next: nil, skipped: 0))
  }

  @Test("an interval begins at its anchor")
  func anchor() {
    let schedule = Schedule.every(seconds: 90, anchor: Self.at(10))
    let next = [0, 10, 11].map { schedule.next(after: Self.at($0), in: FixedZone())?.milliseconds }
    #expect(next == [600_000, 690_000, 690_000])
    #expect(Schedule.every(seconds: 0, anchor: Self.at(0)) == .every(.seconds(1), anchor: Self.at(0)))
  }

  @Test("states and rules come back from JSON as they were")
  func json() throws {
    let state = ScheduleState(created: Self.at(7))
    #expect(ScheduleState(json: state.json) == state)
    #expect(ScheduleState(json: ["last": "now"]) == nil)
    for rule in [MissedRuns.skip, .once, .all(limit: 7)] {
      #expect(try MissedRuns(json: rule.json, path: "missed") == rule)
    }
    for broken in ["never", ["all": 0], ["all": 101], ["all": 1, "x": 1], nil] as [JSONValue] {
      let error = #expect(throws: ShapeError.self) { try MissedRuns(json: broken, path: "missed") }
      #expect(error?.path == "missed")
    }
  }
}
