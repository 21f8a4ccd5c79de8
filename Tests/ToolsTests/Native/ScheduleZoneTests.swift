import SCRRuntime
import Testing

@testable import SCRTools

@Suite("Schedules where clocks change")
struct ScheduleZoneTests {
  private static let zones = ZoneDatabase()

  /// The next `count` runs, by UTC.
  private static func runs(_ text: String, _ zone: String, after moment: String, _ count: Int) throws -> [String] {
    let expression = try CronExpression(text)
    let zone = try zones.civilZone(zone)
    var place = try #require(Timestamp(moment))
    return try (0..<count).map { _ in
      place = try #require(expression.next(after: place, in: zone))
      return place.description.replacing(":00.000Z", with: "")
    }
  }

  @Test("a fixed time in the gap of spring runs at the first instant after it, once")
  func gap() throws {
    #expect(
      try Self.runs("30 2 * * *", "Europe/Berlin", after: "2026-03-28T00:00:00Z", 3)
        == ["2026-03-28T01:30", "2026-03-29T01:00", "2026-03-30T00:30"])
    #expect(
      try Self.runs("0,30 2 * * *", "America/New_York", after: "2026-03-08T00:00:00Z", 3)
        == ["2026-03-08T07:00", "2026-03-09T06:00", "2026-03-09T06:30"])
    // Lord Howe's gap has thirty minutes: 02:00 to 02:30.
    #expect(
      try Self.runs("15 2 * * *", "Australia/Lord_Howe", after: "2026-10-02T18:00:00Z", 3)
        == ["2026-10-03T15:30", "2026-10-04T15:15", "2026-10-05T15:15"])
  }

  @Test("a fixed time that comes twice in autumn runs the first time")
  func overlap() throws {
    #expect(
      try Self.runs("30 2 * * *", "Europe/Berlin", after: "2026-10-24T00:00:00Z", 3)
        == ["2026-10-24T00:30", "2026-10-25T00:30", "2026-10-26T01:30"])
    #expect(
      try Self.runs("30 1 * * *", "America/New_York", after: "2026-11-01T00:00:00Z", 2)
        == ["2026-11-01T05:30", "2026-11-02T06:30"])
    // Asked within the second passing, it is over.
    #expect(try Self.runs("30 1 * * *", "America/New_York", after: "2026-11-01T06:10:00Z", 1) == ["2026-11-02T06:30"])
    // Lord Howe's clocks go back by thirty minutes at 02:00.
    #expect(
      try Self.runs("45 1 * * *", "Australia/Lord_Howe", after: "2026-04-03T20:00:00Z", 2)
        == ["2026-04-04T14:45", "2026-04-05T15:15"])
  }

  @Test("an interval goes on evenly through both changes")
  func intervals() throws {
    #expect(
      try Self.runs("*/30 * * * *", "Europe/Berlin", after: "2026-03-29T00:00:00Z", 4)
        == ["2026-03-29T00:30", "2026-03-29T01:00", "2026-03-29T01:30", "2026-03-29T02:00"])
    #expect(
      try Self.runs("*/30 * * * *", "Europe/Berlin", after: "2026-10-25T00:00:00Z", 5)
        == ["2026-10-25T00:30", "2026-10-25T01:00", "2026-10-25T01:30", "2026-10-25T02:00", "2026-10-25T02:30"])
    #expect(
      try Self.runs("0 * * * *", "America/New_York", after: "2026-11-01T04:30:00Z", 4)
        == ["2026-11-01T05:00", "2026-11-01T06:00", "2026-11-01T07:00", "2026-11-01T08:00"])
    // 01:30 to 02:00 comes twice.
    #expect(
      try Self.runs("*/15 * * * *", "Australia/Lord_Howe", after: "2026-04-04T14:30:00Z", 4)
        == ["2026-04-04T14:45", "2026-04-04T15:00", "2026-04-04T15:15", "2026-04-04T15:30"])
    // From months before: the first of the two passings is not missed.
    #expect(
      try Self.runs("*/30 2 25 10 *", "Europe/Berlin", after: "2026-01-01T00:00:00Z", 4)
        == ["2026-10-25T00:00", "2026-10-25T00:30", "2026-10-25T01:00", "2026-10-25T01:30"])
  }

  @Test("a day that a zone leaves out runs at the first instant after it")
  func missingDay() throws {
    // Samoa had no 30 December 2011.
    #expect(
      try Self.runs("0 12 * * *", "Pacific/Apia", after: "2011-12-29T23:00:00Z", 2)
        == ["2011-12-30T10:00", "2011-12-30T22:00"])
  }

  @Test(
    "runs only ever move forward, in every zone and over every change",
    arguments: ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "UTC"])
  func forward(name: String) throws {
    let zone = try Self.zones.civilZone(name)
    for text in ["*/20 * * * *", "20,40 1,2,3 * * *", "0 0 * * SUN", "30 */2 * * *"] {
      let expression = try CronExpression(text)
      var place = try #require(Timestamp("2026-01-01T00:00:00Z"))
      let end = try #require(Timestamp("2026-12-31T00:00:00Z"))
      var count = 0
      while let next = expression.next(after: place, in: zone), next < end {
        #expect(next > place)
        // Asked just before, it is the answer too.
        #expect(expression.next(after: Timestamp(milliseconds: next.milliseconds - 1), in: zone) == next)
        place = text.hasPrefix("*/20") ? next + .seconds(5 * 3600) : next
        count += 1
      }
      #expect(count > 50)
    }
  }

  @Test("an unknown zone tells which one may have been meant")
  func unknown() {
    let error = #expect(throws: ZoneDatabase.UnknownZone.self) { try Self.zones.civilZone("Europe/Berln") }
    #expect(error?.message == "unknown time zone \"Europe/Berln\"; did you mean \"Europe/Berlin\"?")
    #expect(throws: Never.self) { try Self.zones.civilZone("UTC") }
  }
}
