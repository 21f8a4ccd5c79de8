import SCRRuntime
import Testing

@testable import SCRTools

@Suite("Time zones", .timeLimit(.minutes(1)))
struct ZoneTests {
  private static let database = ZoneDatabase()

  @Test(
    "the machine's zones give the offset of a moment: by their transitions and, after the last, by their rule",
    arguments: [
      ("Europe/Berlin", 1_795_498_481, 3600, "CET"), ("Europe/Berlin", 1_782_907_200, 7200, "CEST"),
      ("Europe/Berlin", 1_792_889_999, 7200, "CEST"), ("Europe/Berlin", 1_792_890_000, 3600, "CET"),
      ("Europe/Berlin", 2_531_955_599, 3600, "CET"), ("Europe/Berlin", 2_531_955_600, 7200, "CEST"),
      ("America/New_York", 2_525_817_600, -18000, "EST"), ("America/New_York", 2_541_456_000, -14400, "EDT"),
      ("Australia/Lord_Howe", 2_548_250_999, 37800, "+1030"), ("Australia/Lord_Howe", 2_548_251_000, 39600, "+11"),
      ("Australia/Sydney", 2_525_817_600, 39600, "AEDT"), ("Australia/Sydney", 2_541_456_000, 36000, "AEST"),
      ("Asia/Kolkata", 1_795_498_481, 19800, "IST"), ("America/St_Johns", -2_208_988_800, -12652, "NST"),
      ("Pacific/Apia", 1_325_235_600, -36000, "-10"), ("Pacific/Apia", 2_525_817_600, 46800, "+13"),
    ])
  func machine(name: String, seconds: Int, offset: Int, abbreviation: String) throws {
    guard case .found(let zone) = Self.database.lookUp(name) else {
      Issue.record("\(name) is not in the machine's database")
      return
    }
    #expect(zone.period(at: seconds) == PosixZone.Period(abbreviation: abbreviation, offset: offset))
  }

  @Test(
    "POSIX rules in all their forms",
    arguments: [
      ("CET-1CEST,M3.5.0,M10.5.0/3", 2_531_955_599, 3600), ("CET-1CEST,M3.5.0,M10.5.0/3", 2_531_955_600, 7200),
      ("<-02>2<-01>,M3.5.0/-1,M10.5.0/0", 2_531_955_599, -7200),
      ("<-02>2<-01>,M3.5.0/-1,M10.5.0/0", 2_531_955_600, -3600),
      ("<+1030>-10:30<+11>-11,M10.1.0,M4.1.0", 2_525_817_600, 39600),
      ("EET-2EEST,M3.4.4/50,M10.4.4/50", 2_541_456_000, 10800), ("IST-5:30", 0, 19800),
      // 29 February 2048 is no Julian day, but an ordinal one: both rules begin on 1 March.
      ("AAA0BBB,J60/0,J100/0", 2_466_633_599, 0), ("AAA0BBB,J60/0,J100/0", 2_466_633_600, 3600),
      ("AAA0BBB,60/0,100/0", 2_466_633_599, 0), ("AAA0BBB,60/0,100/0", 2_466_633_600, 3600),
      ("AAA0BBB-2:30:15,J1/0,J365/25", 1_000_000_000, 9015),
    ])
  func rules(text: String, seconds: Int, offset: Int) throws {
    #expect(try #require(PosixZone(text)).period(at: seconds).offset == offset)
  }

  @Test(
    "what is no rule is refused",
    arguments: [
      "", "CET", "C-1", "CET-1CEST", "CET-1CEST,M13.1.0,M1.1.0", "CET-1CEST,M3.5.0", "CET-25", "UTC0x", "<a0",
    ])
  func noRules(text: String) {
    #expect(PosixZone(text) == nil)
  }

  @Test("a zone file that is cut anywhere, or forged, is refused and never read beyond its end")
  func brokenFiles() throws {
    let whole = Self.file(footer: "AAA0")
    #expect(try #require(ZoneFile(whole)).period(at: 50) == PosixZone.Period(abbreviation: "AAA", offset: 0))
    #expect(try #require(ZoneFile(whole)).period(at: 150) == PosixZone.Period(abbreviation: "BBB", offset: 3600))
    #expect(try #require(ZoneFile(whole)).period(at: 250) == PosixZone.Period(abbreviation: "AAA", offset: 0))
    for length in whole.indices { #expect(ZoneFile(Array(whole[..<length])) == nil) }
    #expect(ZoneFile(Self.file(footer: "nonsense")) == nil)
    #expect(ZoneFile(Self.file(footer: "", types: [1, 9])) == nil)
    #expect(ZoneFile(Self.file(footer: "", transitions: [200, 100])) == nil)
    #expect(try #require(ZoneFile(Self.file(footer: ""))).period(at: 999).abbreviation == "AAA")
    var forged = whole
    for place in 32..<36 { forged[place] = 0x7F }
    #expect(ZoneFile(forged) == nil)
  }

  /// Version 2 with an empty first block: AAA until 100, BBB until 200, AAA until the footer's rule begins.
  private static func file(footer: String, types: [UInt8] = [1, 0], transitions: [Int64] = [100, 200]) -> [UInt8] {
    func header(_ counts: [UInt32]) -> [UInt8] {
      Array("TZif2".utf8) + [UInt8](repeating: 0, count: 15) + counts.flatMap(bytes)
    }
    func bytes(_ value: some FixedWidthInteger) -> [UInt8] { withUnsafeBytes(of: value.bigEndian) { Array($0) } }
    let periods = bytes(Int32(0)) + [0, 0] + bytes(Int32(3600)) + [1, 4]
    return header([0, 0, 0, 0, 0, 0]) + header([0, 0, 0, 2, 2, 8]) + transitions.flatMap(bytes) + types + periods
      + Array("AAA\u{0}BBB\u{0}".utf8) + Array("\n\(footer)\n".utf8)
  }

  @Test(
    "an unknown zone suggests the one that was meant",
    arguments: [
      ("Europe/Berln", "did you mean \"Europe/Berlin\"?"), ("europe/berlin", "did you mean \"Europe/Berlin\"?"),
      ("Berln", "did you mean \"Europe/Berlin\"?"), ("Berlin", "did you mean \"Europe/Berlin\"?"),
      ("new york", "did you mean \"America/New_York\"?"),
      ("Xqzzzzzz", "use an IANA name such as \"Europe/Berlin\", or UTC"),
      ("../../etc/passwd", "use an IANA name such as \"Europe/Berlin\", or UTC"),
      ("/etc/passwd", "use an IANA name such as \"Europe/Berlin\", or UTC"),
      ("", "use an IANA name such as \"Europe/Berlin\", or UTC"),
    ])
  func suggestions(name: String, advice: String) {
    #expect(Self.database.lookUp(name) == .unknown(message: "unknown time zone \"\(name)\"; \(advice)"))
  }

  @Test("without a database UTC still works, and the error says what is missing")
  func noDatabase() {
    let database = ZoneDatabase(directory: "/nonexistent")
    #expect(database.lookUp("UTC") == .universal)
    #expect(
      database.lookUp("Europe/Berlin")
        == .unknown(
          message: "unknown time zone \"Europe/Berlin\": there is no time zone database in /nonexistent; "
            + "install tzdata, or use UTC"))
  }

  @Test("days and dates agree over four hundred years and both ways")
  func calendar() {
    var expected = (year: 1800, month: 1, day: 1)
    for days in CivilCalendar.days(year: 1800, month: 1, day: 1)...CivilCalendar.days(year: 2200, month: 12, day: 31) {
      let date = CivilCalendar.date(days: days)
      if date != expected { Issue.record("day \(days) is \(date), not \(expected)") }
      if CivilCalendar.days(year: date.year, month: date.month, day: date.day) != days { Issue.record("day \(days)") }
      let lengths = [31, CivilCalendar.isLeap(date.year) ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
      expected.day += 1
      if expected.day > lengths[date.month - 1] { expected = (date.year, date.month + 1, 1) }
      if expected.month == 13 { expected = (date.year + 1, 1, 1) }
    }
    #expect(CivilCalendar.days(year: 1970, month: 1, day: 1) == 0)
  }
}
