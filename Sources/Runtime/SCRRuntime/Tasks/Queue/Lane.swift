/// Tasks that are served in the order in which they came: of one class, one priority and one fairness key.
package struct LaneKey: Sendable, Hashable {
  package let taskClass: String
  package let priority: TaskPriority
  /// The fairness key; empty for tasks without one, which share a lane.
  package let key: String

  package init(taskClass: String = "default", priority: TaskPriority = .normal, key: String = "") {
    self.taskClass = taskClass
    self.priority = priority
    self.key = key
  }
}

/// A queued task as far as the order of the queue needs to know it.
package struct QueueEntry: Sendable, Hashable {
  package let id: TaskID
  /// The store's order: larger is later.
  package let number: Int64
  package let createdAt: Timestamp
  /// Bytes of its row.
  package let size: Int
  /// The tool servers that its plan needs.
  package let servers: [String]

  package init(id: TaskID, number: Int64, createdAt: Timestamp, size: Int = 0, servers: [String] = []) {
    self.id = id
    self.number = number
    self.createdAt = createdAt
    self.size = size
    self.servers = servers
  }
}

/// What the store tells of a lane without reading its tasks.
package struct LaneCount: Sendable, Hashable {
  package var key: LaneKey
  package var count: Int
  package var bytes: Int
  /// When its first task was created. Nil is unknown, and counts as too long ago: a lane is then let in rather than starved.
  package var oldest: Timestamp?

  package init(key: LaneKey, count: Int, bytes: Int, oldest: Timestamp? = nil) {
    self.key = key
    self.count = count
    self.bytes = bytes
    self.oldest = oldest
  }
}

/// The part of a lane that is held in memory: its first tasks, and how far the store was read.
struct Lane: Sendable {
  var count: Int
  var bytes: Int
  /// In the order of their numbers.
  private(set) var window: [QueueEntry] = []
  /// Tasks up to this number were read.
  private(set) var after = Int64.min
  /// The store has tasks beyond ``after``.
  private(set) var hasMore: Bool
  private(set) var isBeingRead = false
  /// A task was added beyond ``after`` that a reading under way may have missed.
  private var grewMeanwhile = false
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

  var head: QueueEntry? { window.first }
  /// Since when the head has waited for the lane's turn.
  var waitsSince: Timestamp? { head.map { max($0.createdAt, servedAt ?? $0.createdAt) } }
  /// Nothing of it waits, here or in the store.
  var isSpent: Bool { window.isEmpty && !hasMore && !isBeingRead && passed.isEmpty && offers == 0 }

  mutating func takeHead() -> QueueEntry { window.removeFirst() }

  /// A task entered the store.
  mutating func add(_ entry: QueueEntry) {
    if entry.number <= after {
      insert(entry)
    } else if isBeingRead {
      grewMeanwhile = true
    } else if !hasMore, window.count < windowSize {
      window.append(entry)
      after = entry.number
    } else {
      hasMore = true
    }
  }

  /// A task that was read before is back; the last ones of a full window are read again later.
  mutating func insert(_ entry: QueueEntry) {
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
    return after
  }

  /// - Parameters:
  ///   - start: what ``beginReading()`` gave; nil if the reading failed.
  ///   - hasMore: the store has tasks beyond the last of `entries`.
  mutating func endReading(
    from start: Int64?, _ entries: some Sequence<QueueEntry>, hasMore more: Bool
  ) {
    isBeingRead = false
    // The lane was set back meanwhile: what was read lies behind a gap.
    guard start == after else { return }
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

  mutating func pass(_ entry: QueueEntry, over servers: [String]) {
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
