import SCRHTTP
import SCRRuntime
import Testing

@testable import SCRModels

struct RetryAfterTests {
  private func wait(_ headers: [(String, String)], now: String = "1994-11-06T08:49:30Z") -> Duration? {
    RetryAfter.wait(
      HTTPHead(status: 429, headers: headers.map { HTTPHeader($0.0, $0.1) }), now: Timestamp(now))
  }

  @Test(arguments: [
    ("7", Duration.seconds(7)), ("0", .zero), ("1.5", .milliseconds(1500)),
    ("Sun, 06 Nov 1994 08:49:37 GMT", .seconds(7)),
    ("Sun, 06 Nov 1994 08:49:00 GMT", .zero), ("999999999", RetryAfter.limit),
  ])
  func `seconds and dates are understood, and cut to a day`(text: String, wanted: Duration) {
    #expect(wait([("retry-after", text)]) == wanted)
  }

  @Test(arguments: ["", "-1", "soon", "nan", "inf", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun, 99 Nov 1994 08:49:37 GMT"])
  func `what is neither is nothing`(text: String) { #expect(wait([("retry-after", text)]) == nil) }

  @Test func `milliseconds are finer and win`() {
    #expect(wait([("retry-after", "7"), ("retry-after-ms", "6200")]) == .milliseconds(6200))
    #expect(wait([]) == nil)
  }
}
