/// The newest events, numbered without a gap; the oldest are forgotten above a limit.
struct InMemoryEvents: Sendable {
  private var kept: [RuntimeEvent] = []
  private(set) var lastSequence: Int64 = 0
  private let maximum: Int

  /// - Parameter maximum: the newest that are sure to be kept.
  init(maximum: Int = .max) { self.maximum = max(0, maximum) }

  var firstSequence: Int64 { kept.first?.sequence ?? lastSequence + 1 }

  mutating func append(_ drafts: [EventDraft], at moment: Timestamp) -> [RuntimeEvent] {
    let numbered = drafts.enumerated().map { offset, draft in
      RuntimeEvent(
        sequence: lastSequence + Int64(offset + 1), at: moment, kind: draft.kind, taskID: draft.taskID,
        stepID: draft.stepID, data: draft.data)
    }
    kept += numbered
    lastSequence += Int64(numbered.count)
    // In pieces, since each cut moves all that stay.
    let surplus = kept.count - maximum
    if surplus > maximum / 10 { kept.removeFirst(surplus) }
    return numbered
  }

  mutating func forget(through last: Int64) { kept.removeFirst(place(after: last)) }
  mutating func remove(of id: TaskID) { kept.removeAll { $0.taskID == id } }

  func events(since: Int64, taskID: TaskID?, limit: Int) -> [RuntimeEvent] {
    let newer = kept[place(after: since)...].lazy.filter { event in taskID.map { $0 == event.taskID } ?? true }
    return Array(newer.prefix(max(limit, 0)))
  }

  /// The first that is newer, found by halving.
  private func place(after sequence: Int64) -> Int {
    var range = 0..<kept.count
    while !range.isEmpty {
      let middle = (range.lowerBound + range.upperBound) / 2
      range = kept[middle].sequence > sequence ? range.lowerBound..<middle : middle + 1..<range.upperBound
    }
    return range.lowerBound
  }
}
