@testable import SCRRuntime

/// A queue over a store in memory: does what the queue asks for, and takes what it decides.
struct QueueRig {
  var queue: FairQueue
  var now = Timestamp(milliseconds: 1_000_000)
  /// All tasks ever submitted, by lane and number.
  private(set) var lanes: [QueueLane: [QueuedTask]] = [:]
  private(set) var queued: [TaskID: QueueLane] = [:]
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
  mutating func submit(_ key: QueueLane, servers: [String] = [], quietly: Bool = false) -> QueuedTask {
    serial += 1
    let entry = QueuedTask(
      id: TaskID("t\(serial)"), number: serial, createdAt: now, size: 10, serverNames: servers, serversDigest: nil,
      epoch: 0)
    lanes[key, default: []].append(entry)
    queued[entry.id] = key
    if !quietly { queue.grew(key, bytes: entry.size, now: now) }
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
        let others = summaries.drop { summary in place.map { summary.lane <= $0 } ?? false }
        queue.read(Array(others.prefix(limit)), isLast: others.count <= limit, now: now)
        readings += 1
      case .claim: return decision
      case .idle:
        lastIdle = decision
        return decision
      }
    }
  }

  /// Reads all that the queue wants to read, and claims nothing.
  mutating func read() {
    queue.control { $0.pause = .untilResumed }
    _ = decide()
    queue.control { $0.pause = nil }
  }

  /// Claims the next task and lets it end at once; nil if the queue is idle.
  mutating func run() -> QueuedTask? {
    guard let (entry, _) = claim() else { return nil }
    queue.finished(entry.id, now: now)
    return entry
  }

  /// The numbers of the next tasks, at most `count`.
  mutating func numbers(_ count: Int) -> [Int64] { (0..<count).compactMap { _ in run()?.number } }

  mutating func claim() -> (entry: QueuedTask, lane: QueueLane)? {
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
      return lane.fairnessKey
    }
  }

  /// Somebody else takes a task away from the store.
  mutating func steal(_ id: TaskID) { queued[id] = nil }

  private func waiting(_ key: QueueLane, after: Int64, limit: Int) -> [QueuedTask] {
    let all = lanes[key] ?? []
    var (low, high) = (0, all.count)
    while low < high {
      let middle = (low + high) / 2
      if all[middle].number <= after { low = middle + 1 } else { high = middle }
    }
    return Array(all[low...].lazy.filter { queued[$0.id] != nil }.prefix(limit))
  }

  private var summaries: [LaneSummary] {
    var found: [QueueLane: LaneSummary] = [:]
    for (id, key) in queued where found[key] == nil {
      _ = id
      let waiting = (lanes[key] ?? []).filter { queued[$0.id] != nil }
      found[key] = LaneSummary(
        lane: key, count: waiting.count, bytes: waiting.count * 10, oldest: waiting[0].createdAt)
    }
    return found.values.sorted { $0.lane < $1.lane }
  }

}

extension QueueLane {
  init(_ key: String, _ level: Int = 3, in taskClass: String = "default") {
    self.init(taskClass: taskClass, priority: TaskPriority(level: level), fairnessKey: key)
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
