import SCRProtocol

/// Finds what memory holds on a goal, for an agent that begins.
///
/// Words that many texts have say little, so a record must share a third of the goal's longer words, unless its meaning
/// puts it among the nearest. A memory that cannot be read leaves the agent without, and never keeps it from its work.
struct MemoryRecall: Sendable {
  let memory: any MemoryStore
  let embedding: MemoryEmbedding?
  let rules: AgentRules
  let clock: any RuntimeClock
  /// Fires once memory knows of what earlier lives of the runtime came to.
  let caughtUp: OneShot<Void>
  let notice: @Sendable (String) -> Void

  /// Kinds of agents that get to know of it.
  private static let hearers: Set<AgentKind> = [.planner, .worker, .researcher]
  /// What ended just before this process began shall be found, and what the goal means; neither is waited for longer.
  private static let patience: Duration = .seconds(2)
  /// Bytes of a record that are looked at.
  private static let lookedAt = 8 << 10

  /// - Parameters:
  ///   - base: of the agent's kind.
  ///   - families: tasks whose own records are known anyway.
  /// - Returns: the best first, within the rules' bytes.
  func recollections(
    on goal: String, for base: AgentKind, except families: Set<TaskID>, now: Timestamp
  ) async -> [Recollection] {
    guard rules.recalledRecords > 0, Self.hearers.contains(base) else { return [] }
    if caughtUp.current == nil {
      _ = try? await withinTime(Self.patience, by: clock) { [caughtUp] in await caughtUp.value() }
    }
    var query = MemoryQuery(match: MemoryMatch(goal, syntax: .any), now: now)
    query.limit = min(rules.recalledRecords * 4, 100)
    query.vector = await meaning(of: goal)
    let hits: [MemoryHit]
    do throws(StoreError) { hits = try await memory.find(query).hits } catch {
      notice("memory could not be searched for what is known already: \(error)")
      return []
    }
    let wanted = Self.longWords(goal)
    let nearest = query.vector == nil ? 0 : rules.recalledRecords
    let fitting = hits.enumerated().filter { place, hit in
      guard !families.contains(where: { Self.isOf($0, hit.record) }) else { return false }
      return place < nearest || Self.shares(wanted, hit.record)
    }
    return cut(fitting.prefix(rules.recalledRecords).map(\.element.record))
  }

  /// A model that does not answer in time leaves the words.
  private func meaning(of goal: String) async -> MemoryVector? {
    guard let embedding else { return nil }
    return (try? await withinTime(Self.patience, by: clock) { try await embedding.vector(of: goal) }) ?? nil
  }

  private func cut(_ records: [MemoryRecord]) -> [Recollection] {
    var left = rules.recalledBytes
    var found: [Recollection] = []
    for record in records where left >= 64 {
      let text = record.spokenText.prefix(bytes: min(left, max(512, rules.recalledBytes / 2)))
      guard !text.isEmpty else { continue }
      left -= text.utf8.count
      found.append(Recollection(record, text: text))
    }
    return found
  }

  private static func isOf(_ family: TaskID, _ record: MemoryRecord) -> Bool {
    record.content.provenance.taskID == family || record.address.key.hasPrefix("\(family)/")
  }

  private static func shares(_ wanted: Set<String>, _ record: MemoryRecord) -> Bool {
    let found = longWords(record.searchText.prefix(bytes: lookedAt))
    return wanted.isEmpty || wanted.count { found.contains($0) } >= (wanted.count + 2) / 3
  }

  private static func longWords(_ text: String) -> Set<String> {
    var words: Set<String> = []
    SearchWords.each(in: text) { word, _, _ in
      if word.count >= 4 { words.insert(String(decoding: word, as: UTF8.self)) }
    }
    return words
  }
}

/// A record of memory as an agent gets to know it.
struct Recollection: Sendable, Hashable {
  /// Where it came from, in words of ours.
  var source: String
  var text: String

  init(_ record: MemoryRecord, text: String) {
    let origin = record.content.provenance
    var parts = [record.address.kind.rawValue]
    if let task = origin.taskID { parts.append("of \(task)") }
    if let agent = origin.agent, record.address.kind == .finding { parts.append("by \(agent)") }
    parts.append(record.updatedAt.description)
    if origin.isUntrusted { parts.append("in part from tool servers") }
    source = parts.joined(separator: ", ")
    self.text = text
  }
}
