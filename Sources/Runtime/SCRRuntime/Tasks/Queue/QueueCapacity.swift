/// The bound of the whole queue by count and by bytes, and when to come back where it is full.
package struct QueueCapacity: Sendable, Hashable {
  package var maximumCount: Int
  package var maximumBytes: Int
  package private(set) var count: Int
  package private(set) var bytes: Int
  private var drain: DrainRate

  /// Why a submission is refused: the error `queue_full`.
  package struct Refusal: Error, Sendable, Hashable {
    package enum Bound: String, Sendable, Hashable { case count, bytes }

    package var bound: Bound
    /// What room may be expected after, by what left the queue in the last minute; 100 ms to 60 s.
    package var retryAfter: Duration
    /// The task is larger than the whole queue may be: it never fits.
    package var isFinal: Bool
  }

  package init(maximumCount: Int, maximumBytes: Int, count: Int = 0, bytes: Int = 0, now: Timestamp) {
    self.maximumCount = maximumCount
    self.maximumBytes = maximumBytes
    self.count = count
    self.bytes = bytes
    drain = DrainRate(now: now)
  }

  /// Takes room for a task, or tells why there is none.
  package mutating func take(size: Int, now: Timestamp) -> Refusal? {
    if size > maximumBytes { return Refusal(bound: .bytes, retryAfter: .seconds(60), isFinal: true) }
    let rate = drain.perSecond(now: now)
    if count >= maximumCount { return refusal(.count, Double(count - maximumCount + 1), rate.tasks) }
    if bytes > maximumBytes - size { return refusal(.bytes, Double(bytes - maximumBytes + size), rate.bytes) }
    takeBack(size: size)
    return nil
  }

  /// A task has gone back to the queue; it was accepted long ago and is never refused.
  package mutating func takeBack(size: Int) {
    count += 1
    bytes += size
  }

  /// What waits already.
  mutating func holdAlso(count more: Int, bytes moreBytes: Int) {
    count += more
    bytes += moreBytes
  }

  /// A task did not come in after all, nor did it leave.
  mutating func undo(size: Int) {
    count = max(0, count - 1)
    bytes = max(0, bytes - size)
  }

  func limit(_ bound: Refusal.Bound) -> Int { bound == .count ? maximumCount : maximumBytes }

  /// A task has left the queue.
  package mutating func giveBack(size: Int, now: Timestamp) {
    count = max(0, count - 1)
    bytes = max(0, bytes - size)
    drain.left(size: size, now: now)
  }

  /// Tasks that left within the last minute, a second.
  package mutating func leavingPerSecond(now: Timestamp) -> Double { drain.perSecond(now: now).tasks }

  private func refusal(_ bound: Refusal.Bound, _ excess: Double, _ perSecond: Double) -> Refusal {
    let milliseconds = perSecond > 0 ? (excess / perSecond * 1000).rounded(.up) : 60_000
    return Refusal(bound: bound, retryAfter: .milliseconds(Int64(min(max(milliseconds, 100), 60_000))), isFinal: false)
  }
}
