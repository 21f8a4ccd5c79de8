import SCRProtocol

/// Where the findings of one family of tasks stand: a ring of ``limit`` places under the topmost task, so that it is
/// bounded without anybody counting. The shelf's own document numbers them and lets one writer in at a time.
struct FindingShelf: Sendable, Hashable {
  static let limit: Int64 = 100
  /// Bytes of one value, as JSON.
  static let valueBytes = 16 << 10

  let root: TaskID
  /// How often the shelf was written; nil before the first finding.
  private let revision: Int64?
  private let added: Int64
  /// The number of the first finding since the shelf was last cleared.
  private let first: Int64

  init(root: TaskID, document: StoreDocument?) {
    self.root = root
    revision = document?.revision
    added = document?.body["added"]?.integerValue ?? 0
    first = document?.body["first"]?.integerValue ?? 1
  }

  var nextNumber: Int64 { added + 1 }

  /// - Parameter finding: numbered ``nextNumber``.
  func adding(_ finding: Finding, now: Timestamp) -> StoreBatch {
    let place = StoreDocument(.finding, id: id(finding.number), taskID: root, body: finding.json, now: now)
    return StoreBatch(
      at: now, preconditions: [precondition],
      // Removed first, so that it stands behind the younger ones in the order of first writes.
      changes: [.removeDocument(.finding, place.id), .putDocument(place), shelf(added: added + 1, first: first, now)],
      events: [
        EventDraft(
          .findingAdded, taskID: finding.taskID, stepID: finding.stepID, data: ["number": .integer(finding.number)])
      ])
  }

  /// The number of findings is at most ``limit``, and nil where there are none to clear.
  func clearing(now: Timestamp) -> (batch: StoreBatch, count: Int)? {
    let oldest = max(first, added - Self.limit + 1)
    guard oldest <= added else { return nil }
    let removals = (oldest...added).map { StoreChange.removeDocument(.finding, id($0)) }
    let batch = StoreBatch(
      at: now, preconditions: [precondition], changes: removals + [shelf(added: added, first: added + 1, now)])
    return (batch, removals.count)
  }

  static func id(of root: TaskID) -> String { root.text }

  /// The place that the finding of this number stands at, until a younger one takes it.
  static func id(of root: TaskID, _ number: Int64) -> String { "\(root)/\(number % limit)" }

  private func id(_ number: Int64) -> String { Self.id(of: root, number) }
  private var precondition: StorePrecondition { .documentRevision(.findingShelf, Self.id(of: root), revision) }

  private func shelf(added: Int64, first: Int64, _ now: Timestamp) -> StoreChange {
    .putDocument(
      StoreDocument(
        .findingShelf, id: Self.id(of: root), taskID: root,
        body: ["added": .integer(added), "first": .integer(first)], now: now))
  }
}
