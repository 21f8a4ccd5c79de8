/// When lanes of the store that are not in memory are looked for.
///
/// While there is room, at once. In a full memory after every ``stride`` turns, and whenever nothing in memory can run:
/// a walk through all lanes of the store, one stride at a time, that ends when it has come round without a change.
struct LaneRotation: Sendable {
  /// Lanes that are read at once, and turns between two readings.
  static let stride = 64

  private(set) var isReading = false
  /// The last lane of the latest reading; nil at the start of the store's order.
  private var place: QueueLane?
  private var turns = 0
  /// The store has no lanes that are not in memory.
  private var isComplete = false
  /// Something stayed outside, or came in, since the walk began.
  private var foundOthers = false
  /// Rounds since the latest claim or change. The first may have begun before that; two are enough.
  private var idleRounds = 0
  /// Rounds since a lane was left out: two find what there is to find.
  private var rounds = 0

  mutating func claimed() {
    turns += 1
    changed()
  }

  /// A lane stayed in the store, or went back there.
  mutating func leftOut() {
    isComplete = false
    foundOthers = true
    rounds = 0
  }

  /// Something changed that may let a lane outside run.
  mutating func changed() { idleRounds = 0 }

  /// - Returns: nil if no reading is due; else the lane to read after, which is nil at the start.
  mutating func next(isFull: Bool) -> QueueLane?? {
    guard !isComplete, !isReading, turns >= Self.stride || (!isFull && rounds < 2) else { return nil }
    return begin()
  }

  /// Nothing in memory can run. As ``next(isFull:)``.
  mutating func whenIdle() -> QueueLane?? {
    guard !isComplete, !isReading, idleRounds < 2 else { return nil }
    return begin()
  }

  private mutating func begin() -> QueueLane?? {
    isReading = true
    turns = 0
    return .some(place)
  }

  /// - Parameters:
  ///   - last: the last lane that was read; nil at the end of the store's order.
  ///   - foundOthers: a lane came in or stayed outside.
  mutating func finished(at last: QueueLane?, foundOthers others: Bool) {
    isReading = false
    place = last
    foundOthers = foundOthers || others
    guard last == nil else { return }
    isComplete = !foundOthers
    foundOthers = false
    idleRounds += 1
    rounds += 1
  }

  mutating func failed() { isReading = false }
}
