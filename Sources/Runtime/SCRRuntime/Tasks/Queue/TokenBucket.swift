package import SCRProtocol

/// A rate limit that survives a restart: what is left of it, and when that was so.
package struct TokenBucket: Sendable, Hashable {
  /// The most that can be taken at once after a pause; at least 1.
  package let capacity: Double
  /// At least one in eleven days.
  package let refillPerSecond: Double
  /// From `-capacity`: what was set aside counts as taken.
  package private(set) var level: Double
  package private(set) var at: Timestamp

  /// A full bucket. Numbers outside their range are brought to its bounds.
  package init(capacity: Double, refillPerSecond: Double, at: Timestamp) {
    self.capacity = min(max(capacity, 1), 1e9)
    self.refillPerSecond = min(max(refillPerSecond, 1e-6), 1e9)
    level = self.capacity
    self.at = at
  }

  /// - Returns: false if not even one is left.
  package mutating func take(now: Timestamp) -> Bool {
    refill(now)
    guard level >= 1 else { return false }
    level -= 1
    return true
  }

  /// What was taken was not used.
  package mutating func giveBack() { level = min(level + 1, capacity) }

  /// When one can be taken; nil if that is now.
  package func nextAt(now: Timestamp) -> Timestamp? {
    var later = self
    later.refill(now)
    guard later.level < 1 else { return nil }
    let milliseconds = ((1 - later.level) / refillPerSecond * 1000).rounded(.up)
    return Timestamp(milliseconds: now.milliseconds + Int64(milliseconds))
  }

  package func level(now: Timestamp) -> Double {
    var later = self
    later.refill(now)
    return later.level
  }

  func lowered(by count: Double) -> TokenBucket { lowered(to: level - count) }

  func lowered(to level: Double) -> TokenBucket {
    var bucket = self
    bucket.level = min(max(level, -capacity), capacity)
    return bucket
  }

  /// Whether only what is left of it differs.
  func hasLimits(of other: TokenBucket) -> Bool {
    capacity == other.capacity && refillPerSecond == other.refillPerSecond
  }

  /// A clock that was set back fills nothing, and time counts from its new reading.
  private mutating func refill(_ now: Timestamp) {
    let elapsed = max(0, now.milliseconds - at.milliseconds)
    level = min(capacity, level + Double(elapsed) / 1000 * refillPerSecond)
    // A rounding error must not cost a whole millisecond of waiting.
    if abs(level - level.rounded()) < 1e-9 { level = level.rounded() }
    at = now
  }
}

extension TokenBucket {
  package var json: JSONValue {
    [
      "capacity": JSONValue(capacity), "refillPerSecond": JSONValue(refillPerSecond), "level": JSONValue(level),
      "at": .integer(at.milliseconds),
    ]
  }

  /// Nil for what ``json`` never gives.
  package init?(json: JSONValue) {
    guard let capacity = json["capacity"]?.doubleValue, let refill = json["refillPerSecond"]?.doubleValue,
      let level = json["level"]?.doubleValue, let at = json["at"]?.integerValue, capacity >= 0,
      (-capacity...capacity).contains(level)
    else { return nil }
    self.init(capacity: capacity, refillPerSecond: refill, at: Timestamp(milliseconds: at))
    guard self.capacity == capacity, refillPerSecond == refill else { return nil }
    self.level = level
  }
}
