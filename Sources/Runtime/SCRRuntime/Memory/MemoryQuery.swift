/// Which records to find. Without a text or vector they come in the order of their making, the newest first; with one the
/// best first, of the best ``rankDepth``.
package struct MemoryQuery: Sendable, Hashable {
  package var match: MemoryMatch?
  /// Of the same model as the records' vectors. Together with a text both rankings are fused.
  package var vector: MemoryVector?
  /// Nil for all.
  package var namespace: String?
  /// Empty for all.
  package var kinds: [MemoryKind]
  /// A record has all of them.
  package var tags: [String]
  package var taskID: TaskID?
  /// Of the last write; the first inclusive, the second exclusive.
  package var since: Timestamp?
  package var until: Timestamp?
  /// Records whose time is over by then are not found.
  package var now: Timestamp
  package var cursor: String?
  /// 1…500.
  package var limit: Int

  package static let rankDepth = 1000
  package static let limits = 1...500

  package init(
    match: MemoryMatch? = nil, vector: MemoryVector? = nil, namespace: String? = nil, kinds: [MemoryKind] = [],
    tags: [String] = [], taskID: TaskID? = nil, since: Timestamp? = nil, until: Timestamp? = nil, now: Timestamp,
    cursor: String? = nil, limit: Int = 50
  ) {
    self.match = match
    self.vector = vector
    self.namespace = namespace
    self.kinds = kinds
    self.tags = tags
    self.taskID = taskID
    self.since = since
    self.until = until
    self.now = now
    self.cursor = cursor
    self.limit = limit
  }

  package var pageSize: Int { min(max(limit, Self.limits.lowerBound), Self.limits.upperBound) }
  package var isRanked: Bool { match != nil || vector != nil }
}

package struct MemoryHit: Sendable, Hashable {
  package var record: MemoryRecord
  /// Larger is better, comparable within one query; nil in a list.
  package var score: Double?
  /// Where the text was found; empty where it was not.
  package var snippet: [SnippetPart]

  package init(record: MemoryRecord, score: Double? = nil, snippet: [SnippetPart] = []) {
    self.record = record
    self.score = score
    self.snippet = snippet
  }
}

package struct MemoryPage: Sendable, Hashable {
  package var hits: [MemoryHit]
  /// Goes on behind the last hit, wherever it ranks by then; records that come in meanwhile do not shift it.
  package var nextCursor: String?
  /// Ids of records that belong to this page but cannot be read.
  package var damaged: [String]

  package init(hits: [MemoryHit] = [], nextCursor: String? = nil, damaged: [String] = []) {
    self.hits = hits
    self.nextCursor = nextCursor
    self.damaged = damaged
  }
}
