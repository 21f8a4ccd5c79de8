/// When a child that neither ends nor throws is taken for stuck. Looked at by ``Supervisor/check()`` only.
package struct HeartbeatRule: Sendable, Hashable {
  /// Longest time without any sign of life; nil: not watched.
  package var silence: Duration?
  /// Longest time without progress while the child is busy; nil: not watched.
  package var standstill: Duration?

  package init(silence: Duration? = nil, standstill: Duration? = nil) {
    self.silence = silence
    self.standstill = standstill
  }

  package static let none = HeartbeatRule()
  var isWatched: Bool { silence != nil || standstill != nil }
}

/// What a child has told so far, as counters.
package struct LifeSigns: Sendable, Hashable {
  package var beats: Int
  package var steps: Int
  package var isBusy: Bool

  package init(beats: Int = 0, steps: Int = 0, isBusy: Bool = false) {
    self.beats = beats
    self.steps = steps
    self.isBusy = isBusy
  }
}

/// Decides from one look to the next which children are silent or stand still.
///
/// Time is added up from look to look, and no gap counts for more than half of a limit: a clock that jumps and a machine
/// that slept are not taken for a silent child.
package struct Watchdog: Sendable, Hashable {
  package struct Reading: Sendable, Hashable {
    package let id: String
    package let generation: Int
    package let signs: LifeSigns
    package let rule: HeartbeatRule

    package init(id: String, generation: Int, signs: LifeSigns, rule: HeartbeatRule) {
      self.id = id
      self.generation = generation
      self.signs = signs
      self.rule = rule
    }
  }

  package struct Finding: Sendable, Hashable {
    package let id: String
    package let generation: Int
    package let cause: StuckChild.Cause

    package init(id: String, generation: Int, cause: StuckChild.Cause) {
      self.id = id
      self.generation = generation
      self.cause = cause
    }
  }

  private struct Watch: Hashable {
    let id: String
    var signs: LifeSigns
    var seen: Timestamp
    var silent: Duration = .zero
    var standing: Duration = .zero
  }

  private var watches: [Int: Watch] = [:]
  private var lastLook: Timestamp?

  package init() {}

  /// - Parameter readings: all children that run; those that are missing are forgotten.
  package mutating func look(_ readings: [Reading], at now: Timestamp) -> [Finding] {
    let gap = max(.zero, lastLook.map { now.since($0) } ?? .zero)
    lastLook = now
    var next: [Int: Watch] = [:]
    var findings: [Finding] = []
    for reading in readings {
      var watch = watches[reading.generation] ?? Watch(id: reading.id, signs: reading.signs, seen: now)
      let isNew = watches[reading.generation] == nil
      let beat = isNew || watch.signs.beats != reading.signs.beats
      let moved = isNew || watch.signs.steps != reading.signs.steps || !reading.signs.isBusy
      if beat { watch.seen = now }
      watch.silent = beat ? .zero : watch.silent + Self.share(of: gap, reading.rule.silence)
      watch.standing = moved ? .zero : watch.standing + Self.share(of: gap, reading.rule.standstill)
      watch.signs = reading.signs
      next[reading.generation] = watch
      if let cause = Self.cause(watch, reading.rule) {
        findings.append(Finding(id: reading.id, generation: reading.generation, cause: cause))
      }
    }
    watches = next
    return findings
  }

  /// The look at which the child's newest sign of life was seen.
  package func lastBeat(of generation: Int) -> Timestamp? { watches[generation]?.seen }

  /// The same for the newest life of a child.
  package func lastBeat(ofChild id: String) -> Timestamp? {
    watches.filter { $0.value.id == id }.max { $0.key < $1.key }?.value.seen
  }

  private static func share(of gap: Duration, _ limit: Duration?) -> Duration {
    limit.map { min(gap, $0 / 2) } ?? .zero
  }

  private static func cause(_ watch: Watch, _ rule: HeartbeatRule) -> StuckChild.Cause? {
    if let limit = rule.silence, watch.silent >= limit { return .silent }
    if let limit = rule.standstill, watch.standing >= limit { return .standstill }
    return nil
  }
}
