import SCRRuntime
import Testing

struct TimestampTests {
  @Test(
    arguments: [
      ("2026-11-23T20:34:25.125Z", 1_795_466_065_125), ("2026-11-23T20:34:25Z", 1_795_466_065_000),
      ("2026-11-23T21:34:25.125+01:00", 1_795_466_065_125), ("2026-11-23T15:04:25-05:30", 1_795_466_065_000),
      ("2026-11-23T20:34:25.1Z", 1_795_466_065_100), ("2026-11-23T20:34:25.1239999Z", 1_795_466_065_123),
      ("2026-11-23t20:34:25z", 1_795_466_065_000), ("1970-01-01T00:00:00Z", 0), ("1969-12-31T23:59:59.999Z", -1),
      ("2024-02-29T00:00:00Z", 1_709_164_800_000), ("2016-12-31T23:59:60Z", 1_483_228_800_000),
      ("0001-01-01T00:00:00Z", -62_135_596_800_000), ("9999-12-31T23:59:59.999Z", 253_402_300_799_999),
    ] as [(String, Int64)])
  func `RFC 3339 is read`(text: String, milliseconds: Int64) {
    #expect(Timestamp(text)?.milliseconds == milliseconds)
  }

  @Test(arguments: [
    "", "now", "2026-11-23", "20:34:25Z", "2026-11-23T20:34:25", "2026-13-01T00:00:00Z", "2026-02-30T00:00:00Z",
    "2026-11-23T24:00:00Z", "2026-11-23T20:60:00Z", "2026-11-23T20:34:25Zx", " 2026-11-23T20:34:25Z",
    "2026-11-23T20:34:25.Z", "2026-11-23T20:34:25+1", "2026-11-23T20:34:25+25:00", "26-11-23T20:34:25Z",
    "2026-1-2T20:34:25Z", "2023-02-29T00:00:00Z", "2026-11-23T20:34:25,5Z", "20261123T203425Z",
  ])
  func `what is not RFC 3339 is refused`(text: String) {
    #expect(Timestamp(text) == nil)
  }

  @Test(
    arguments: [
      (1_795_466_065_125, "2026-11-23T20:34:25.125Z"), (0, "1970-01-01T00:00:00.000Z"),
      (-1, "1969-12-31T23:59:59.999Z"), (1_709_164_800_007, "2024-02-29T00:00:00.007Z"),
      (253_402_300_799_999, "9999-12-31T23:59:59.999Z"),
    ] as [(Int64, String)])
  func `it is written with milliseconds, in UTC`(milliseconds: Int64, text: String) {
    #expect(Timestamp(milliseconds: milliseconds).description == text)
  }

  @Test func `every millisecond is read as it was written`() {
    let lost = (0..<1000).map { Timestamp(milliseconds: 1_795_466_065_000 + $0) }.filter {
      Timestamp($0.description) != $0
    }
    #expect(lost == [])
  }

  @Test func `it is counted with in milliseconds`() {
    let moment = Timestamp(milliseconds: 1000)
    #expect(moment + .seconds(2) == Timestamp(milliseconds: 3000))
    #expect(moment + .microseconds(1999) == Timestamp(milliseconds: 1001))
    #expect(moment.since(Timestamp(milliseconds: 1500)) == .milliseconds(-500))
    #expect(moment < Timestamp(milliseconds: 1001))
    #expect(Duration.seconds(-1).milliseconds == -1000)
    #expect(Duration.microseconds(-1999).milliseconds == -1)
  }
}
