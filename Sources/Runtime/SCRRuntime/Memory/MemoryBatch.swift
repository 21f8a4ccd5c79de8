/// Writes that are done together or not at all.
package struct MemoryBatch: Sendable, Hashable {
  package var at: Timestamp
  /// At most ``MemoryLimits/batch``.
  package var writes: [MemoryWrite]
  /// Notes that are kept with the writes: how far somebody has come, by name.
  package var marks: [String: Int64]
  /// Whether the writes are on the disk before the answer. What can be made anew from the task store need not be.
  package var isFlushed: Bool

  package init(
    at moment: Timestamp, writes: [MemoryWrite] = [], marks: [String: Int64] = [:], isFlushed: Bool = false
  ) {
    at = moment
    self.writes = writes
    self.marks = marks
    self.isFlushed = isFlushed
  }
}

package enum MemoryWrite: Sendable, Hashable {
  /// Adds a record or replaces its content; id, date of birth and address stay.
  case put(MemoryAddress, MemoryContent, if: MemoryCondition = .always)
  /// As it was elsewhere, with its id and times: for imports. Replaces what has its address.
  case restore(MemoryRecord)
  /// Nothing happens where there is no such record, unless a revision is asked for.
  case forget(MemoryReference, if: MemoryCondition = .always)
}

package enum MemoryCondition: Sendable, Hashable {
  case always
  /// There is none at this address.
  case absent
  /// It was written so often.
  case revision(Int64)

  /// - Parameter revision: nil where there is no record.
  package func holds(_ revision: Int64?) -> Bool {
    switch self {
    case .always: true
    case .absent: revision == nil
    case .revision(let wanted): revision == wanted
    }
  }
}

package enum MemoryReference: Sendable, Hashable {
  case id(String)
  case address(MemoryAddress)
}

package struct MemoryCommit: Sendable, Hashable {
  /// One for each ``MemoryWrite/put(_:_:if:)`` and ``MemoryWrite/restore(_:)``, in their order.
  package var records: [MemoryRecord]
  package var forgotten: Int
  /// What had to make room, by namespace; its own counts alone are filled in.
  package var evicted: [MemoryUsage]
  /// Removed since their time was over.
  package var expired: Int

  package init(records: [MemoryRecord] = [], forgotten: Int = 0, evicted: [MemoryUsage] = [], expired: Int = 0) {
    self.records = records
    self.forgotten = forgotten
    self.evicted = evicted
    self.expired = expired
  }
}
