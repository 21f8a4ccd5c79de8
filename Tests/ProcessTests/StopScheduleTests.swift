@testable import SCRProcess
import Testing

struct StopScheduleTests {
  private let start = ContinuousClock.now
  private let ladder = StopLadder(inputGrace: .seconds(2), terminateGrace: .seconds(3))

  @Test func `nothing is due before a stop`() {
    var schedule = StopSchedule()
    #expect(schedule.next == nil)
    #expect(schedule.due(now: start) == nil)
  }

  @Test func `SIGTERM follows the first grace and SIGKILL the second`() {
    var schedule = StopSchedule()
    schedule.begin(ladder, now: start)
    #expect(schedule.next == start + .seconds(2))
    #expect(schedule.due(now: start + .seconds(1)) == nil)
    #expect(schedule.due(now: start + .seconds(2)) == .terminate)
    #expect(schedule.due(now: start + .seconds(2)) == nil)
    #expect(schedule.next == start + .seconds(5))
    #expect(schedule.due(now: start + .seconds(5)) == .kill)
    #expect(schedule.next == nil)
  }

  @Test func `an immediate stop goes straight to SIGKILL`() {
    var schedule = StopSchedule()
    schedule.begin(.immediate, now: start)
    #expect(schedule.due(now: start) == .kill)
    #expect(schedule.due(now: start) == nil)
  }

  @Test func `a second stop can only hasten the first`() {
    var schedule = StopSchedule()
    schedule.begin(ladder, now: start)
    schedule.begin(StopLadder(inputGrace: .seconds(60)), now: start)
    #expect(schedule.next == start + .seconds(2))
    #expect(schedule.due(now: start + .seconds(2)) == .terminate)
    schedule.begin(.immediate, now: start + .seconds(3))
    #expect(schedule.due(now: start + .seconds(3)) == .kill)
  }
}
