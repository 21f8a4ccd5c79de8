/// What the runtime remembers beyond the queue, found again by id, by address and by what it says.
package protocol MemoryStore: Sendable {
  /// All of the batch or nothing of it. Quotas are kept within it: the unpinned records of a namespace that were written
  /// longest ago go first, never those of the batch itself.
  ///
  /// - Throws: `StoreError` `.preconditionFailed`, `.tooLarge`, `.badText`, `.memoryFull` where a namespace's pinned records
  ///   leave no room, and what the disk brings.
  func commit(_ batch: MemoryBatch) async throws(StoreError) -> MemoryCommit
  /// Nil also for a record whose time is over at `now`.
  func record(_ reference: MemoryReference, now: Timestamp) async throws(StoreError) -> MemoryRecord?
  /// - Throws: `StoreError.badCursor`.
  func find(_ query: MemoryQuery) async throws(StoreError) -> MemoryPage
  /// See ``MemoryBatch/marks``.
  func mark(_ name: String) async throws(StoreError) -> Int64?
  /// By namespace, in the order of their names.
  func usage() async throws(StoreError) -> [MemoryUsage]

  /// Records whose vector is not of `model` or is older than their text, the newest first; 1…1000.
  func withoutVector(of model: String, limit: Int) async throws(StoreError) -> [MemoryRecord]
  /// Vectors of records that were written again meanwhile, or are gone, are passed over.
  func put(_ vectors: [MemoryVectorWrite]) async throws(StoreError)

  /// Looks at every record and at the index.
  /// - Parameter repairing: writes index, counts and tags anew where they do not fit the records.
  func verify(repairing: Bool) async throws(StoreError) -> MemoryReport
  func close() async
}

extension StoreError.Code {
  /// More than one record may take.
  package static let tooLarge = StoreError.Code(name: "too_large")
  /// A namespace is at its quota, and nothing in it may go.
  package static let memoryFull = StoreError.Code(name: "memory_full")
}

/// What ``MemoryStore/verify(repairing:)`` found.
package struct MemoryReport: Sendable, Hashable {
  package struct Problem: Sendable, Hashable {
    /// Nil where no single record is at fault.
    package var record: String?
    package var message: String

    package init(record: String? = nil, _ message: String) {
      self.record = record
      self.message = message
    }
  }

  package static let limit = 200

  package var records = 0
  package var usage: [MemoryUsage] = []
  /// At most ``limit``.
  package private(set) var problems: [Problem] = []
  package private(set) var moreProblems = 0
  /// Whether what can be made from the records was made anew.
  package var isRepaired = false

  package init() {}

  package var isGood: Bool { problems.isEmpty }

  package mutating func add(_ problem: Problem) {
    if problems.count < Self.limit { problems.append(problem) } else { moreProblems += 1 }
  }
}
