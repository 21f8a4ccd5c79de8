/// The part of a lane that is held in memory: its first tasks, and how far the store was read.
struct Lane: Sendable {
  var count: Int
  var bytes: Int
  /// In the order of their numbers.
  private(set) var window: [QueuedTask] = []
  /// Tasks up to this number were read.
  private(set) var after = Int64.min
  /// The store has tasks beyond ``after``.
  private(set) var hasMore: Bool
  private(set) var isBeingRead = false
  /// The store got a task beyond ``after`` that a reading under way may have missed.
  private var grewMeanwhile = false
  /// The store got a task that may lie before ``after``: what a reading under way brings is of no use.
  private var wasSetBack = false
  /// Per tool server that was not ready, the first number that was passed over for it.
  private(set) var passed: [String: Int64] = [:]
  /// The level at which it waits for its turn; nil while it has no head.
  var level: Int?
  /// Its place in the order in which lanes came into memory.
  var entered: UInt64
  /// Its tasks that are offered and not answered yet.
  var offers = 0
  /// When it last had a turn.
  var servedAt: Timestamp?

  /// The most that ``window`` holds.
  private let windowSize: Int

  init(
    count: Int, bytes: Int, hasMore: Bool, entered: UInt64, servedAt: Timestamp? = nil, windowSize: Int
  ) {
    self.windowSize = windowSize
    self.count = count
    self.bytes = bytes
    self.hasMore = hasMore
    self.entered = entered
    self.servedAt = servedAt
  }

  var head: QueuedTask? { window.first }
  /// Since when the head has waited for the lane's turn.
  var waitsSince: Timestamp? { head.map { max($0.createdAt, servedAt ?? $0.createdAt) } }
  /// Nothing of it waits, here or in the store.
  var isSpent: Bool { window.isEmpty && !hasMore && !isBeingRead && passed.isEmpty && offers == 0 }

  mutating func takeHead() -> QueuedTask { window.removeFirst() }

  /// A task arrived in the store.
  mutating func grow() {
    if isBeingRead { grewMeanwhile = true } else { hasMore = true }
  }

  /// A task is queued again that arrived long ago: the lane is read from its start once more.
  mutating func setBack() {
    window = []
    after = .min
    hasMore = true
    wasSetBack = isBeingRead
  }

  /// A task that was read before is back; the last ones of a full window are read again later.
  mutating func insert(_ entry: QueuedTask) {
    let place = window.firstIndex { $0.number >= entry.number } ?? window.count
    if place < window.count, window[place].number == entry.number { return }
    window.insert(entry, at: place)
    after = max(after, entry.number)
    guard window.count > windowSize else { return }
    window.removeLast(window.count - windowSize)
    after = window[window.count - 1].number
    hasMore = true
  }

  /// - Returns: the number that the reading begins after.
  mutating func beginReading() -> Int64 {
    isBeingRead = true
    grewMeanwhile = false
    wasSetBack = false
    return after
  }

  /// - Parameters:
  ///   - start: what ``beginReading()`` gave; nil if the reading failed.
  ///   - hasMore: the store has tasks beyond the last of `entries`.
  mutating func endReading(
    from start: Int64?, _ entries: some Sequence<QueuedTask>, hasMore more: Bool
  ) {
    isBeingRead = false
    // The lane was set back meanwhile: what was read lies behind a gap.
    guard start == after, !wasSetBack else { return }
    hasMore = more || grewMeanwhile
    for entry in entries where entry.number > after {
      guard window.count < windowSize else {
        hasMore = true
        return
      }
      window.append(entry)
      after = entry.number
    }
  }

  mutating func remove(_ id: TaskID) { window.removeAll { $0.id == id } }

  mutating func pass(_ entry: QueuedTask, over servers: [String]) {
    for server in servers { passed[server] = min(passed[server] ?? .max, entry.number) }
  }

  /// Goes back to the first task that was passed over for the server.
  mutating func setBack(for server: String) {
    guard let number = passed.removeValue(forKey: server), number <= after else { return }
    after = number - 1
    window.removeAll { $0.number > after }
    hasMore = true
  }
}
