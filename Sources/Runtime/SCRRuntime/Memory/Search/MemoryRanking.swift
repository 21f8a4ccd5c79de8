/// A record's place in a ranking. The number is that of the record's making.
package struct RankedRecord: Sendable, Hashable {
  package var number: Int64
  package var score: Double

  package init(number: Int64, score: Double) {
    self.number = number
    self.score = score
  }

  /// Of equals the newer one goes first.
  package static func isBetter(_ left: Self, _ right: Self) -> Bool {
    (left.score, left.number) > (right.score, right.number)
  }
}

/// The best first, and pages of it.
package struct MemoryRanking: Sendable, Hashable {
  package let records: [RankedRecord]

  /// - Parameter records: the best first.
  package init(_ records: [RankedRecord]) { self.records = Array(records.prefix(MemoryQuery.rankDepth)) }

  /// Reciprocal rank fusion (Cormack, Clarke, Büttcher 2009, with their 60): what several rankings put high comes first,
  /// however their scores are scaled.
  package static func fused(_ rankings: [[RankedRecord]]) -> MemoryRanking {
    if rankings.count == 1 { return MemoryRanking(rankings[0]) }
    var scores: [Int64: Double] = [:]
    for ranking in rankings {
      for (place, record) in ranking.enumerated() { scores[record.number, default: 0] += 1 / Double(60 + place + 1) }
    }
    return MemoryRanking(
      scores.map { RankedRecord(number: $0.key, score: $0.value) }.sorted(by: RankedRecord.isBetter))
  }

  /// Scores shift as records come and go, so a page begins behind the record that the last one ended with, wherever that
  /// stands now; if it is gone, behind the score it had.
  package func page(
    after cursor: String?, limit: Int
  ) throws(StoreError) -> (records: ArraySlice<RankedRecord>, next: String?) {
    var begin = 0
    if let cursor {
      let last = try RankCursor(cursor).last
      begin =
        records.firstIndex { $0.number == last.number }.map { $0 + 1 }
        ?? records.firstIndex { RankedRecord.isBetter(last, $0) } ?? records.count
    }
    let page = records[begin...].prefix(limit)
    let isLast = page.endIndex == records.endIndex
    return (page, isLast ? nil : page.last.map { RankCursor(last: $0).text })
  }
}

private struct RankCursor {
  let last: RankedRecord

  init(last: RankedRecord) { self.last = last }

  init(_ text: String) throws(StoreError) {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 3, parts[0] == "r", let number = Int64(parts[1]), number > 0,
      let bits = UInt64(parts[2], radix: 16), Double(bitPattern: bits).isFinite
    else {
      throw StoreError(
        .badCursor, "the cursor \"\(text.prefix(80))\" is none that a search gave: start again without one")
    }
    last = RankedRecord(number: number, score: Double(bitPattern: bits))
  }

  var text: String { "r-\(last.number)-\(String(last.score.bitPattern, radix: 16))" }
}
