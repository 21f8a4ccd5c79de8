/// What a peer has still to read, and how long it may take. Pure: `now` comes from outside.
///
/// Above the high water mark nothing more is read from the peer, and senders of many wait. A peer that then takes nothing
/// for the whole of its patience is given up, and so is one for which more gathers than is ever kept.
struct PeerBacklog: Sendable {
  struct Limits: Sendable, Hashable {
    /// Bytes above which the peer counts as slow.
    var highWater = 1 << 20
    /// Bytes above which it is given up at once: answers to what was read before have no other bound.
    var most = 32 << 20
    var patience: Duration = .seconds(30)
  }

  typealias Instant = ContinuousClock.Instant

  let limits: Limits
  private var bytes: [UInt8] = []
  private var start = 0
  /// Since when a slow peer has taken nothing.
  private var stalledSince: Instant?

  init(_ limits: Limits) { self.limits = limits }

  var count: Int { bytes.count - start }
  var isEmpty: Bool { count == 0 }
  var hasRoom: Bool { count < limits.highWater }
  /// When the peer is given up unless it takes something.
  var deadline: Instant? { stalledSince.map { $0 + limits.patience } }

  mutating func add(_ frames: [UInt8], now: Instant) {
    if bytes.isEmpty { bytes = frames } else { bytes.append(contentsOf: frames) }
    if !hasRoom, stalledSince == nil { stalledSince = now }
  }

  /// Gives what is next to `write`, which tells how much of it the peer has taken.
  mutating func send(now: Instant, _ write: (UnsafeRawBufferPointer) -> Int) {
    let taken = bytes.withUnsafeBytes { write(UnsafeRawBufferPointer(rebasing: $0[start...])) }
    guard taken > 0 else { return }
    start += taken
    if start == bytes.count {
      (bytes, start) = ([], 0)
    } else if start > limits.highWater {
      // Moving what is left is cheap against what was sent.
      bytes.removeFirst(start)
      start = 0
    }
    stalledSince = hasRoom ? nil : now
  }

  mutating func drop() { (bytes, start, stalledSince) = ([], 0, nil) }

  /// Why the peer is given up; nil while it is not.
  func verdict(now: Instant) -> String? {
    if count > limits.most { return "\(count) bytes wait to be read by it, and no more than \(limits.most) are kept" }
    guard let deadline, now >= deadline else { return nil }
    return "it has read nothing for \(limits.patience.components.seconds) seconds while \(count) bytes wait for it"
  }
}
