/// What the queue knows of one class: its gate, its lanes by level, and its oldest heads.
struct QueueClass: Sendable {
  /// One for each level: the keys with a head at that level.
  var keys: [FairRing]
  /// Lanes by their heads' age.
  var oldest = IndexedHeap<QueueLane, HeadAge>()
  var gate = ClassGate()
  /// Takes part in the queue's rings; false while ``gate`` holds it.
  var isOpen = true
  /// Its lanes in memory, in the order in which they leave it for others.
  var tenures = IndexedHeap<QueueLane, Tenure>()

  init() { keys = Array(repeating: FairRing(awayLimit: 64), count: 5) }

  /// Nothing would be lost by forgetting it.
  var isPlain: Bool { tenures.isEmpty && gate == ClassGate() }
}

/// How old the head of a lane is: older ones come first.
struct HeadAge: Comparable, Sendable {
  let createdAt: Timestamp
  let number: Int64

  static func < (left: Self, right: Self) -> Bool {
    (left.createdAt, left.number) < (right.createdAt, right.number)
  }
}

/// In which order lanes leave memory for others: the least urgent first, of these the one that came in first.
struct Tenure: Comparable, Sendable {
  let level: Int
  let entered: UInt64

  static func < (left: Self, right: Self) -> Bool { (right.level, left.entered) < (left.level, right.entered) }
}
