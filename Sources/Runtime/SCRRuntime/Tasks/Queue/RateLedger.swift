import SCRProtocol

/// Decides when what is left of a class's rate limit is written down: with the claim that uses up what the last writing
/// set aside. Pure.
///
/// A writing says less than is left, by the ``reserve``; so many tasks may begin before the next one. After a crash the
/// limit goes on from what was written: it is never wider than without the crash, and at most the reserve is lost.
struct RateLedger: Sendable, Hashable {
  /// Tasks that began since the start.
  private var taken: Int64 = 0
  /// Up to which of them the last writing reaches.
  private var covered: Int64 = 0
  private var writings = 0
  /// What the writings reach whose order is not known, because they were under way together.
  private var reached: Int64?

  struct Writing: Sendable, Hashable {
    let body: JSONValue
    fileprivate let reaches: Int64
  }

  /// - Parameter slots: claims that may be under way at once. The order in which they are written is not known, so each
  ///   leaves room for all.
  static func reserve(_ bucket: TokenBucket, slots: Int) -> Int {
    min(max(min(Int(bucket.capacity / 8), 64), slots, 1), Int(bucket.capacity))
  }

  /// A task begins; `bucket` has been charged for it.
  /// - Returns: what its claim has to write down.
  mutating func take(_ bucket: TokenBucket, slots: Int) -> Writing? {
    taken += 1
    guard taken > covered else { return nil }
    writings += 1
    // Even below nothing: what refills meanwhile may be taken before this is written.
    let ahead = Self.reserve(bucket, slots: slots)
    return Writing(body: bucket.lowered(by: Double(ahead)).json, reaches: taken + Int64(ahead))
  }

  mutating func written(_ writing: Writing, isDurable: Bool) {
    writings -= 1
    if isDurable { reached = min(reached ?? .max, writing.reaches) }
    guard writings == 0 else { return }
    if let reached { covered = reached }
    reached = nil
  }

  /// The bucket that a class begins with.
  ///
  /// - Parameters:
  ///   - limits: a full one, as the limits are now.
  ///   - stored: what an earlier life wrote down.
  static func restored(
    _ limits: TokenBucket, from stored: TokenBucket?, slots: Int, now: Timestamp
  ) -> TokenBucket {
    let full = TokenBucket(capacity: limits.capacity, refillPerSecond: limits.refillPerSecond, at: now)
    guard let stored else { return full }
    // A full bucket hides what was taken from it since the writing.
    let most = full.capacity - Double(reserve(full, slots: slots))
    return full.lowered(to: min(stored.level(now: now), most))
  }
}
