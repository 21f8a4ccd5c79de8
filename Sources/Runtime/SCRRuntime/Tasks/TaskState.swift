/// Where a task is in its life (interface.md §3). The last four are final.
package enum TaskState: String, Sendable, Hashable, CaseIterable {
  case scheduled, queued, running, waiting, completed, failed, cancelled, dead

  package var isFinal: Bool {
    switch self {
    case .scheduled, .queued, .running, .waiting: false
    case .completed, .failed, .cancelled, .dead: true
    }
  }

  /// Whether it counts towards the bounds of the queue: a scheduled task does from its submission on, so that its time
  /// never comes in vain.
  package var takesQueueRoom: Bool { self == .queued || self == .scheduled }
}

package enum StepState: String, Sendable, Hashable, CaseIterable {
  case pending, ready, running, waiting, completed, failed, skipped, cancelled

  package var isFinal: Bool {
    switch self {
    case .pending, .ready, .running, .waiting: false
    case .completed, .failed, .skipped, .cancelled: true
    }
  }
}

/// 1 is the most urgent of five. On the wire also `high` (1), `normal` (3) and `low` (5).
package struct TaskPriority: Sendable, Hashable, Comparable {
  package let level: Int

  /// Values outside 1…5 are brought to the nearest bound, as `≤ 1 high, ≥ 4 low` asks for.
  package init(level: Int) { self.level = min(max(level, 1), 5) }

  package init?(name: String) {
    switch name {
    case "high": self = .high
    case "normal": self = .normal
    case "low": self = .low
    default: return nil
    }
  }

  package static let high = TaskPriority(level: 1)
  package static let normal = TaskPriority(level: 3)
  package static let low = TaskPriority(level: 5)

  package var name: String { level <= 1 ? "high" : level >= 4 ? "low" : "normal" }
  /// The more urgent one is the smaller.
  package static func < (left: Self, right: Self) -> Bool { left.level < right.level }
}
