@testable import SCRRuntime

/// A queue over a store in memory: does what the queue asks for, and takes what it decides.
struct QueueRig {
  var queue: FairQueue
  var now = Timestamp(milliseconds: 1_000_000)
  /// All tasks ever submitted, by lane and number.
  private(set) var lanes: [LaneKey: [QueueEntry]] = [:]
  private(set) var queued: [TaskID: LaneKey] = [:]
  private(set) var lastIdle: FairQueue.Decision?
  /// Readings of lanes and of the list of lanes so far.
  private(set) var readings = 0
  private var serial: Int64 = 0

  /// - Parameter isEmpty: the queue has seen that the store is empty.
  init(_ rules: FairQueueRules = FairQueueRules(), isEmpty: Bool = true) {
    queue = FairQueue(rules)
    if isEmpty { _ = decide() }
  }

  mutating func wait(_ duration: Duration) { now = now + duration }

  mutating func weigh(_ weight: Int, _ key: String) { _ = queue.setWeight(weight, of: key) }

  /// - Parameter quietly: the queue is not told, as if it were another process's doing or before a start.
  @discardableResult
  mutating func submit(_ key: LaneKey, servers: [String] = [], quietly: Bool = false) -> QueueEntry {
    serial += 1
    let entry = QueueEntry(
      id: TaskID("t\(serial)"), number: serial, createdAt: now, size: 10, servers: servers)
    lanes[key, default: []].append(entry)
    queued[entry.id] = key
    if !quietly { queue.added(entry, to: key, now: now) }
    return entry
  }

  /// The next decision that is no reading.
  mutating func decide() -> FairQueue.Decision {
    while true {
      let decision = queue.next(now: now)
      switch decision {
      case .refill(let key, let after, let limit):
        let found = waiting(key, after: after, limit: limit + 1)
        queue.refilled(key, after: after, with: Array(found.prefix(limit)), hasMore: found.count > limit, now: now)
        readings += 1
      case .readLanes(let place, let limit):
        let start = place.map(Self.sortKey) ?? ""
        let others = summaries.drop { Self.sortKey($0.key) <= start }
        queue.read(Array(others.prefix(limit)), isLast: others.count <= limit, now: now)
        readings += 1
      case .claim: return decision
      case .idle:
        lastIdle = decision
        return decision
      }
    }
  }

  /// Claims the next task and lets it end at once; nil if the queue is idle.
  mutating func run() -> QueueEntry? {
    guard let (entry, _) = claim() else { return nil }
    queue.finished(entry.id, now: now)
    return entry
  }

  /// The numbers of the next tasks, at most `count`.
  mutating func numbers(_ count: Int) -> [Int64] { (0..<count).compactMap { _ in run()?.number } }

  mutating func claim() -> (entry: QueueEntry, lane: LaneKey)? {
    guard case .claim(let entry, let lane) = decide() else { return nil }
    queued[entry.id] = nil
    queue.claimed(entry.id, now: now)
    return (entry, lane)
  }

  /// The keys of the lanes that the next `count` claims come from.
  mutating func keys(_ count: Int) -> [String] {
    (0..<count).compactMap { _ in
      guard let (entry, lane) = claim() else { return nil }
      queue.finished(entry.id, now: now)
      return lane.key
    }
  }

  /// Somebody else takes a task away from the store.
  mutating func steal(_ id: TaskID) { queued[id] = nil }

  private func waiting(_ key: LaneKey, after: Int64, limit: Int) -> [QueueEntry] {
    let all = lanes[key] ?? []
    var (low, high) = (0, all.count)
    while low < high {
      let middle = (low + high) / 2
      if all[middle].number <= after { low = middle + 1 } else { high = middle }
    }
    return Array(all[low...].lazy.filter { queued[$0.id] != nil }.prefix(limit))
  }

  private var summaries: [LaneCount] {
    var found: [LaneKey: LaneCount] = [:]
    for (id, key) in queued where found[key] == nil {
      _ = id
      let waiting = (lanes[key] ?? []).filter { queued[$0.id] != nil }
      found[key] = LaneCount(
        key: key, count: waiting.count, bytes: waiting.count * 10, oldest: waiting[0].createdAt)
    }
    return found.values.sorted { Self.sortKey($0.key) < Self.sortKey($1.key) }
  }

  private static func sortKey(_ key: LaneKey) -> String { "\(key.priority.level)/\(key.taskClass)/\(key.key)" }
}

extension LaneKey {
  init(_ key: String, _ level: Int = 3, in taskClass: String = "default") {
    self.init(taskClass: taskClass, priority: TaskPriority(level: level), key: key)
  }
}

/// Random numbers that are the same in every run (SplitMix64).
struct RepeatableRandom: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
