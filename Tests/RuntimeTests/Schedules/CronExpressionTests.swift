import Testing

@testable import SCRRuntime

@Suite("Cron expressions")
struct CronExpressionTests {
  private static func next(_ text: String, after moment: String, in zone: any CivilZone = FixedZone()) throws -> String?
  {
    let after = try #require(Timestamp(moment))
    return try CronExpression(text).next(after: after, in: zone)?.description.replacing(":00.000Z", with: "Z")
  }

  @Test(
    "the next run in UTC",
    arguments: [
      ("* * * * *", "2026-11-24T10:00:00Z", "2026-11-24T10:01Z"),
      ("* * * * *", "2026-11-24T10:00:59.999Z", "2026-11-24T10:01Z"),
      ("30 8 * * *", "2026-11-24T08:30:00Z", "2026-11-25T08:30Z"),
      ("30 8 * * *", "2026-11-24T08:29:59Z", "2026-11-24T08:30Z"),
      ("*/15 * * * *", "2026-12-31T23:46:00Z", "2027-01-01T00:00Z"),
      ("5/20 3 * * *", "2026-11-24T03:05:00Z", "2026-11-24T03:25Z"),
      ("0 9-17/4 * * MON-FRI", "2026-11-27T17:00:00Z", "2026-11-30T09:00Z"),
      ("0 0 1 jan,Jul *", "2026-02-01T00:00:00Z", "2026-07-01T00:00Z"),
      ("0 0 * * 7", "2026-11-24T00:00:00Z", "2026-11-29T00:00Z"),
      ("0 0 * * 5-7", "2026-11-28T00:00:00Z", "2026-11-29T00:00Z"),
      ("0 0 29 2 *", "2026-01-01T00:00:00Z", "2028-02-29T00:00Z"),
      ("0 0 29 2 *", "2096-03-01T00:00:00Z", "2104-02-29T00:00Z"),
      // Both day fields: either will do. With a star, both must hold.
      ("0 0 13 * FRI", "2026-11-24T00:00:00Z", "2026-11-27T00:00Z"),
      ("0 0 13 * FRI", "2026-12-11T00:00:00Z", "2026-12-13T00:00Z"),
      ("0 0 */2 * FRI", "2026-11-24T00:00:00Z", "2026-11-27T00:00Z"),
      ("@hourly", "2026-11-24T10:00:00Z", "2026-11-24T11:00Z"),
      ("@daily", "2026-11-24T10:00:00Z", "2026-11-25T00:00Z"),
      ("@weekly", "2026-11-24T10:00:00Z", "2026-11-29T00:00Z"),
      ("@monthly", "2026-11-24T10:00:00Z", "2026-12-01T00:00Z"),
      ("@YEARLY", "2026-11-24T10:00:00Z", "2027-01-01T00:00Z"),
      ("  0   0 1 1  * ", "1969-06-01T00:00:00Z", "1970-01-01T00:00Z"),
    ])
  func universal(text: String, after: String, expected: String) throws {
    #expect(try Self.next(text, after: after) == expected)
  }

  @Test("dates that no calendar has give nothing", arguments: ["0 0 30 2 *", "0 0 31 4,6,9,11 *", "0 0 30,31 FEB *"])
  func impossible(text: String) throws {
    #expect(try Self.next(text, after: "2026-11-24T00:00:00Z") == nil)
  }

  @Test("a zone east of UTC has its midnight earlier")
  func fixedZone() throws {
    #expect(
      try Self.next("0 0 * * *", after: "2026-11-24T10:00:00Z", in: FixedZone(seconds: 19_800)) == "2026-11-24T18:30Z")
  }

  @Test(
    "what cannot be read names the field and what would be right",
    arguments: [
      ("60 * * * *", "minute", "60 is outside its range"), ("* 24 * * *", "hour", "24 is outside its range"),
      ("* * 0 * *", "day of month", "0 is outside its range"), ("* * * 13 *", "month", "13 is outside its range"),
      ("* * * * 8", "day of week", "8 is outside its range"), ("* * * FOO *", "month", "\"FOO\" is no value"),
      ("*/0 * * * *", "minute", "the step after / must be 1 to 59"),
      ("1-2-3 * * * *", "minute", "a range has two ends"), ("1,,2 * * * *", "minute", "a value is missing"),
      ("5-1 * * * *", "minute", "the range ends before it begins"), ("1/2/3 * * * *", "minute", "a value is missing"),
      ("+1 * * * *", "minute", "\"+1\" is no value"), ("* * L * *", "day of month", "\"L\" is no value"),
    ])
  func errors(text: String, field: String, why: String) {
    let error = #expect(throws: CronError.self) { try CronExpression(text) }
    #expect(error?.field == field)
    #expect(error?.message.hasSuffix(why) == true)
    #expect(error?.hint.hasPrefix("write numbers ") == true)
  }

  @Test(
    "an expression of another shape says how one looks",
    arguments: [
      ("", "the expression has 0 fields, not five"), ("* * * *", "the expression has 4 fields, not five"),
      ("0 0 0 * * *", "the expression has 6 fields, not five"), ("@dayly", "\"@dayly\" is no name of a schedule"),
    ])
  func shapes(text: String, message: String) {
    let error = #expect(throws: CronError.self) { try CronExpression(text) }
    #expect(error?.field == nil)
    #expect(error?.message == message)
    if text == "@dayly" { #expect(error?.hint == "did you mean \"@daily\"?") }
  }

  @Test("an expression of megabytes is refused before it is read")
  func length() {
    #expect(throws: CronError.self) { try CronExpression(String(repeating: "1,", count: 1_000_000) + "1 * * * *") }
  }
}
