/// How much has left the queue within the last minute, in one-second steps.
package struct DrainRate: Sendable, Hashable {
  private static let span: Int64 = 60

  private var counts = [Int](repeating: 0, count: Int(span))
  private var bytes = [Int](repeating: 0, count: Int(span))
  private let began: Int64
  private var second: Int64

  package init(now: Timestamp) {
    began = now.milliseconds / 1000
    second = began
  }

  package mutating func left(size: Int, now: Timestamp) {
    advance(now)
    counts[place] += 1
    bytes[place] += size
  }

  /// Tasks and bytes a second; of a queue younger than a minute over its life so far.
  package mutating func perSecond(now: Timestamp) -> (tasks: Double, bytes: Double) {
    advance(now)
    let seconds = Double(min(max(second - began, 1), Self.span))
    return (Double(counts.reduce(0, +)) / seconds, Double(bytes.reduce(0, +)) / seconds)
  }

  private var place: Int { Self.place(second) }
  private static func place(_ second: Int64) -> Int { Int((second % span + span) % span) }

  /// A clock that was set back stands still here until it has caught up.
  private mutating func advance(_ now: Timestamp) {
    let target = now.milliseconds / 1000
    guard target > second else { return }
    for passed in 0..<min(target - second, Self.span) {
      let place = Self.place(target - passed)
      (counts[place], bytes[place]) = (0, 0)
    }
    second = target
  }
}
