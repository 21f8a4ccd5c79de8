/// Whether the queue takes in a task: its bounds as a whole, those of the task's class, and what is being drained. Pure.
struct QueueIntake: Sendable {
  /// What was asked for and answered, and what waits.
  struct Counts: Sendable, Hashable {
    var queued = 0
    var bytes = 0
    var accepted = 0
    var refused = 0
    var leavingPerSecond = 0.0
  }

  fileprivate struct Part: Sendable {
    var capacity: QueueCapacity
    var drain: ClassGate.Pause?
    var accepted = 0
    var refused = 0

    mutating func counts(now: Timestamp) -> Counts {
      Counts(
        queued: capacity.count, bytes: capacity.bytes, accepted: accepted, refused: refused,
        leavingPerSecond: capacity.leavingPerSecond(now: now))
    }
  }

  enum Refusal: Error, Sendable, Hashable {
    case draining(QueueScope, until: Timestamp?)
    case full(QueueScope, QueueCapacity.Refusal, limit: Int)
  }

  /// Classes whose numbers are kept while nothing of them waits.
  static let classLimit = 1024

  private var whole: Part
  private var classes: [String: Part] = [:]
  private var controls: [String: QueueControl] = [:]
  private var configured: [String: QueueLimits] = [:]

  init(
    _ totals: [QueueTotal], limits: QueueLimits, classes configured: [String: QueueLimits] = [:], now: Timestamp
  ) {
    whole = Part(
      capacity: QueueCapacity(
        maximumCount: limits.maxQueued ?? .max, maximumBytes: limits.maxBytes ?? .max,
        count: totals.reduce(0) { $0 + $1.count }, bytes: totals.reduce(0) { $0 + $1.bytes }, now: now))
    self.configured = configured
    for total in totals {
      edit(total.taskClass, now: now) { $0.capacity.holdAlso(count: total.count, bytes: total.bytes) }
    }
  }

  /// Takes room for a task, or tells why there is none.
  mutating func take(_ taskClass: String, size: Int, now: Timestamp) -> Refusal? {
    let refusal = refusal(taskClass, size: size, now: now)
    if refusal == nil { whole.accepted += 1 } else { whole.refused += 1 }
    edit(taskClass, now: now) { part in
      if refusal == nil { part.accepted += 1 } else { part.refused += 1 }
    }
    return refusal
  }

  private mutating func refusal(_ taskClass: String, size: Int, now: Timestamp) -> Refusal? {
    if let drain = whole.drain, drain.holds(at: now) { return .draining(.all, until: drain.end) }
    var part = classes[taskClass] ?? part(taskClass, now: now)
    let scope = QueueScope.taskClass(taskClass)
    if let drain = part.drain, drain.holds(at: now) { return .draining(scope, until: drain.end) }
    var total = whole.capacity
    if let full = total.take(size: size, now: now) { return .full(.all, full, limit: total.limit(full.bound)) }
    if let full = part.capacity.take(size: size, now: now) {
      return .full(scope, full, limit: part.capacity.limit(full.bound))
    }
    whole.capacity = total
    classes[taskClass] = part
    return nil
  }

  /// A task has gone back to the queue; it was accepted long ago and is never refused.
  mutating func takeBack(_ taskClass: String, size: Int, now: Timestamp) {
    whole.capacity.takeBack(size: size)
    edit(taskClass, now: now) { $0.capacity.takeBack(size: size) }
  }

  /// A submission was not accepted after all.
  mutating func undo(_ taskClass: String, size: Int, now: Timestamp) {
    whole.capacity.undo(size: size)
    whole.accepted -= 1
    edit(taskClass, now: now) { part in
      part.capacity.undo(size: size)
      part.accepted -= 1
    }
  }

  /// A task has left the queue.
  mutating func giveBack(_ taskClass: String, size: Int, now: Timestamp) {
    whole.capacity.giveBack(size: size, now: now)
    edit(taskClass, now: now) { $0.capacity.giveBack(size: size, now: now) }
  }

  mutating func control(all: QueueControl, classes newer: [String: QueueControl], now: Timestamp) {
    whole.drain = all.drain
    let names = Set(controls.keys).union(newer.keys)
    controls = newer
    for name in names { edit(name, now: now) { _ in } }
  }

  /// New bounds, of the whole and of the classes.
  mutating func configure(_ limits: QueueLimits, classes newer: [String: QueueLimits], now: Timestamp) {
    whole.capacity.maximumCount = limits.maxQueued ?? .max
    whole.capacity.maximumBytes = limits.maxBytes ?? .max
    let names = Set(configured.keys).union(newer.keys)
    configured = newer
    for name in names { edit(name, now: now) { _ in } }
  }

  mutating func counts(now: Timestamp) -> (whole: Counts, classes: [String: Counts]) {
    var counts: [String: Counts] = [:]
    for name in Array(classes.keys) { counts[name] = classes[name]?.counts(now: now) }
    return (whole.counts(now: now), counts)
  }

  private func part(_ name: String, now: Timestamp) -> Part {
    Part(capacity: QueueCapacity(maximumCount: .max, maximumBytes: .max, now: now)).limited(
      controls[name], configured[name])
  }

  private mutating func edit(_ name: String, now: Timestamp, _ body: (inout Part) -> Void) {
    var part = (classes[name] ?? part(name, now: now)).limited(controls[name], configured[name])
    body(&part)
    let isEmpty = part.capacity.count == 0
    let others = classes.count - (classes[name] == nil ? 0 : 1)
    classes[name] = isEmpty && others >= Self.classLimit ? nil : part
  }
}

extension QueueIntake.Part {
  func limited(_ control: QueueControl?, _ configured: QueueLimits?) -> Self {
    var part = self
    let limits = (control?.limits ?? QueueLimits()).over(configured)
    part.drain = control?.drain
    part.capacity.maximumCount = limits.maxQueued ?? .max
    part.capacity.maximumBytes = limits.maxBytes ?? .max
    return part
  }
}
