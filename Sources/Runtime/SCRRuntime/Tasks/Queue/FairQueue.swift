/// Which queued task is next: a value that knows the first tasks of each lane and asks for what else it needs.
///
/// The order, from the outside in:
/// 1. Every second turn belongs to the oldest task that has waited ``FairQueueRules/maximumWait``, if there is one.
/// 2. The most urgent level that has a task; a lane that waits for a turn rises level by level.
/// 3. Within a level the classes take turns, and within a class the fairness keys by their weights.
/// 4. Within a key the first that came.
///
/// A class that is paused, drained or at a limit takes part in nothing and holds up nobody. A task whose tool servers
/// are not ready is passed over, and read again when one of them is. The store is the truth: a task that it does not
/// give is reported as ``lost(_:now:)``.
///
/// The cost of a turn grows with the logarithm of the lanes in memory. Raising levels, passing tasks over and opening
/// a class are paid once for each head, task or change.
package struct FairQueue: Sendable {
  package enum Decision: Sendable, Hashable {
    /// Claim this task; then say ``claimed(_:)``, ``lost(_:now:)``, ``putBack(_:now:)`` or ``skipped(_:servers:now:)``.
    case claim(QueuedTask, QueueLane)
    /// Read up to `limit` queued tasks of the lane with larger numbers; then say ``refilled(_:after:with:hasMore:now:)``.
    /// Until then the lane takes part with what it still has.
    case refill(QueueLane, after: Int64, limit: Int)
    /// Read the next lanes in the store's own order, from the start for nil; then say ``read(_:isLast:now:)``.
    case readLanes(after: QueueLane?, limit: Int)
    /// Nothing can begin before this moment or before the next change.
    case idle(until: Timestamp?, Idleness)
  }

  package enum Idleness: Sendable, Hashable {
    /// No task is queued.
    case empty
    /// The whole queue is held.
    case held(QueueHold)
    /// Each queued task's class is held, or its tool servers are not ready.
    case blocked
    /// A reading that was asked for has not come yet.
    case reading
  }

  struct Offer: Sendable {
    let entry: QueuedTask
    let lane: QueueLane
    /// The level at which it was charged.
    let level: Int
    /// The turn that its lane had before.
    let servedBefore: Timestamp?
  }

  package internal(set) var rules: FairQueueRules
  /// The gate of all classes together; its limit is the number of worker slots.
  package internal(set) var gate = ClassGate()

  var lanes: [QueueLane: Lane] = [:]
  var classes: [String: QueueClass] = [:]
  /// One for each level: the open classes with a head at that level.
  var rings: [FairRing]
  /// Open classes by their oldest head.
  var oldest = IndexedHeap<String, HeadAge>()
  /// When the heads of lanes rise by a level.
  var rising = IndexedHeap<QueueLane, Timestamp>()
  /// When held classes open by themselves.
  var opening = IndexedHeap<String, Timestamp>()
  /// Lanes to read: those without a head first.
  var unread = IndexedHeap<QueueLane, UnreadRank>()
  /// Who leaves memory for another: open classes by the lane that would be first to go, and classes that are held.
  var tenures = IndexedHeap<String, Tenure>()
  var heldTenures = IndexedHeap<String, Tenure>()
  var rotation = LaneRotation()

  /// Given to the caller, not yet answered.
  var offers: [TaskID: Offer] = [:]
  var running: [TaskID: String] = [:]
  /// Tasks that a reading found queued while they counted as offered or running.
  var seenAgain: [TaskID: QueueLane] = [:]
  var weights: [String: Int] = [:]
  var unready: Set<String> = []
  var serial: UInt64 = 0
  /// Readings of lanes under way.
  var readings = 0
  private var lastWasOverdue = false
  /// A lane that still has a head was read since the latest turn: one is enough.
  private var hasReadAhead = false

  package init(_ rules: FairQueueRules = FairQueueRules()) {
    self.rules = rules
    rings = Array(repeating: FairRing(awayLimit: rules.laneLimit), count: 5)
  }

  /// What to do next. The caller does it and asks again, until it is told that there is nothing.
  package mutating func next(now: Timestamp) -> Decision {
    raise(now)
    open(now)
    if let reading = nextReading(ahead: !hasReadAhead) { return reading }
    if let hold = gate.hold(now: now) { return .idle(until: hold.until, .held(hold)) }
    while let lane = choose(now) {
      if passesOver(lane, now: now) { continue }
      lastWasOverdue = lane.isOverdue
      hasReadAhead = false
      rotation.claimed()
      return offer(lane, now: now)
    }
    if let reading = nextReading(ahead: true) { return reading }
    if let place = rotation.whenIdle() { return .readLanes(after: place, limit: LaneRotation.stride) }
    return .idle(until: opening.first?.rank, idleness)
  }

  private struct Choice {
    let lane: QueueLane
    let level: Int
    let isOverdue: Bool
  }

  private func choose(_ now: Timestamp) -> Choice? {
    if !lastWasOverdue, let first = oldest.first, rules.isOverdue(first.rank.createdAt, now: now),
      let lane = classes[first.id]?.oldest.first?.id, let level = lanes[lane]?.level
    {
      return Choice(lane: lane, level: level, isOverdue: true)
    }
    for level in 1...5 {
      guard let taskClass = rings[level - 1].first, let key = classes[taskClass]?.keys[level - 1].first else {
        continue
      }
      guard let lane = first(of: key, in: taskClass, at: level) else { continue }
      return Choice(lane: lane, level: level, isOverdue: false)
    }
    return nil
  }

  /// Of the lanes of a key that have risen to the same level, the one whose head came first.
  private func first(of key: String, in taskClass: String, at level: Int) -> QueueLane? {
    (level...5).compactMap { priority -> (lane: QueueLane, number: Int64)? in
      let lane = QueueLane(taskClass: taskClass, priority: TaskPriority(level: priority), fairnessKey: key)
      guard let state = lanes[lane], state.level == level, let head = state.head else { return nil }
      return (lane, head.number)
    }.min { $0.number < $1.number }?.lane
  }

  private mutating func passesOver(_ choice: Choice, now: Timestamp) -> Bool {
    guard let head = lanes[choice.lane]?.head else { return false }
    let missing = head.serverNames.filter(unready.contains)
    guard !missing.isEmpty else { return false }
    change(choice.lane, now: now) { lane in
      _ = lane.takeHead()
      lane.pass(head, over: missing)
    }
    return true
  }

  private mutating func offer(_ choice: Choice, now: Timestamp) -> Decision {
    var head: QueuedTask?
    let name = choice.lane.taskClass
    // Charged first: a key that leaves its ring with this task must take the charge along.
    let weight = weight(of: choice.lane.fairnessKey)
    classes[name]?.keys[choice.level - 1].charge(choice.lane.fairnessKey, weight: weight)
    rings[choice.level - 1].charge(name, weight: 1)
    let servedBefore = lanes[choice.lane]?.servedAt
    change(choice.lane, now: now) { lane in
      head = lane.takeHead()
      lane.servedAt = now
      lane.offers += 1
    }
    guard let head else { return .idle(until: nil, .blocked) }
    offers[head.id] = Offer(entry: head, lane: choice.lane, level: choice.level, servedBefore: servedBefore)
    gate.begin(now: now)
    control(name, now: now) { $0.begin(now: now) }
    return .claim(head, choice.lane)
  }

  /// - Parameter ahead: also lanes that still have a head.
  private mutating func nextReading(ahead: Bool) -> Decision? {
    if let place = rotation.next(isFull: lanes.count >= rules.laneLimit) {
      return .readLanes(after: place, limit: LaneRotation.stride)
    }
    guard let key = unread.popFirst(where: { ahead || !$0.hasHead }) else { return nil }
    guard let after = lanes[key]?.beginReading() else { return nil }
    hasReadAhead = true
    readings += 1
    return .refill(key, after: after, limit: rules.windowSize)
  }

  private var idleness: Idleness {
    if rotation.isReading || readings > 0 { return .reading }
    return lanes.isEmpty && offers.isEmpty ? .empty : .blocked
  }
}

/// Which lane is read first.
struct UnreadRank: Comparable, Sendable {
  let hasHead: Bool
  let level: Int
  let serial: UInt64

  static func < (left: Self, right: Self) -> Bool {
    if left.hasHead != right.hasHead { return right.hasHead }
    return (left.level, left.serial) < (right.level, right.serial)
  }
}
