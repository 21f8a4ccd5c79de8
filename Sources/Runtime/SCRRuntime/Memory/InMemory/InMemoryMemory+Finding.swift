extension InMemoryMemory {
  func find(_ query: MemoryQuery) throws(StoreError) -> MemoryPage {
    query.isRanked ? try ranked(query) : try listed(query)
  }

  private func ranked(_ query: MemoryQuery) throws(StoreError) -> MemoryPage {
    var rankings: [[RankedRecord]] = []
    if let match = query.match {
      rankings.append(
        index.scores(match).filter { passes($0.number, query) }.sorted(by: RankedRecord.isBetter)
          .prefix(MemoryQuery.rankDepth).map { $0 })
    }
    if let vector = query.vector { rankings.append(nearest(vector, query)) }
    let (page, next) = try MemoryRanking.fused(rankings).page(after: query.cursor, limit: query.pageSize)
    return MemoryPage(
      hits: page.compactMap { ranked in
        entries[ranked.number].map { entry in
          MemoryHit(
            record: entry.record, score: ranked.score,
            snippet: query.match.map { MemorySnippet.make(of: entry.record.spokenText, $0) } ?? [])
        }
      }, nextCursor: next)
  }

  private func nearest(_ vector: MemoryVector, _ query: MemoryQuery) -> [RankedRecord] {
    let candidates = entries.keys.filter { number in
      entries[number]?.vector?.vector.model == vector.model && passes(number, query)
    }.sorted(by: >).prefix(MemoryVector.candidates)
    return MemoryVector.rank(
      candidates.compactMap { number in
        entries[number]?.vector.flatMap { MemoryVector.cosine($0.vector.values, vector.values) }.map { (number, $0) }
      })
  }

  private func listed(_ query: MemoryQuery) throws(StoreError) -> MemoryPage {
    let before =
      try query.cursor.map { cursor throws(StoreError) in try TaskCursor(cursor, of: "memory").number } ?? .max
    let found = entries.keys.filter { $0 < before && passes($0, query) }.sorted(by: >)
    let page = found.prefix(query.pageSize)
    return MemoryPage(
      hits: page.compactMap { entries[$0].map { MemoryHit(record: $0.record) } },
      nextCursor: found.count > page.count ? page.last.map { TaskCursor(number: $0).text } : nil)
  }

  private func passes(_ number: Int64, _ query: MemoryQuery) -> Bool {
    guard let record = entries[number]?.record else { return false }
    return query.passes(record)
  }
}

extension MemoryQuery {
  /// Whether the filters leave the record.
  package func passes(_ record: MemoryRecord) -> Bool {
    (namespace == nil || record.address.namespace == namespace)
      && (kinds.isEmpty || kinds.contains(record.address.kind))
      && tags.allSatisfy(record.content.tags.contains)
      && (taskID == nil || record.content.provenance.taskID == taskID)
      && (since.map { record.updatedAt >= $0 } ?? true) && (until.map { record.updatedAt < $0 } ?? true)
      && !record.isExpired(at: now)
  }
}
