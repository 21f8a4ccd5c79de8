import SCRHTTP
import SCRRuntime

/// How long a provider asks us to wait (RFC 9110 §10.2.3, and the finer header that some send).
enum RetryAfter {
  /// What is longer is cut to it.
  static let limit: Duration = .seconds(86_400)

  static func wait(_ head: HTTPHead, now: Timestamp? = nil) -> Duration? {
    if let milliseconds = head["retry-after-ms"].flatMap({ Double($0) }), milliseconds >= 0, milliseconds.isFinite {
      return min(limit, .milliseconds(Int64(min(milliseconds, 1e12))))
    }
    guard let text = head["retry-after"] else { return nil }
    if let seconds = Double(text), seconds >= 0, seconds.isFinite {
      return min(limit, .milliseconds(Int64(min(seconds, 1e9) * 1000)))
    }
    guard let moment = date(text) else { return nil }
    let start = now ?? head["date"].flatMap(date) ?? SystemClock().now()
    return min(limit, max(.zero, moment.since(start)))
  }

  private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

  /// `Sun, 06 Nov 1994 08:49:37 GMT`, the one form that senders may use.
  static func date(_ text: String) -> Timestamp? {
    let parts = text.split(separator: " ")
    guard parts.count == 6, parts[5] == "GMT", let day = Int(parts[1]), (1...31).contains(day),
      let month = months.firstIndex(of: String(parts[2])), let year = Int(parts[3]), (1970...9999).contains(year)
    else { return nil }
    let time = parts[4].split(separator: ":").compactMap { Int($0) }
    guard time.count == 3, (0...23).contains(time[0]), (0...59).contains(time[1]), (0...60).contains(time[2]) else {
      return nil
    }
    let days = CivilCalendar.days(year: year, month: month + 1, day: day)
    return Timestamp(milliseconds: Int64(days * 86_400 + time[0] * 3600 + time[1] * 60 + time[2]) * 1000)
  }
}
