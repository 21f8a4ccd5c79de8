import SCRProtocol

/// Where incidents are kept: a ring of places, so that they are bounded without anybody counting. What happens again and
/// again is one incident that counts.
struct IncidentShelf: Sendable, Hashable {
  static let limit = 200
  /// Older ones are removed.
  static let retention: Duration = .seconds(30 * 86_400)
  /// The same once more within this time after the last is no new one.
  static let sameWithin: Duration = .seconds(3600)

  /// Oldest first.
  private(set) var incidents: [Incident]

  /// - Parameter documents: those of the store, in any order; what cannot be read is overwritten some day.
  init(_ documents: [StoreDocument] = []) {
    incidents = documents.compactMap { Incident(json: $0.body) }.sorted { $0.number < $1.number }
  }

  /// - Returns: the incident as it is kept, and what to write.
  mutating func add(_ incident: Incident) -> (incident: Incident, changes: [StoreChange]) {
    let now = incident.at
    var changes = removeOld(at: now)
    if let place = incidents.lastIndex(where: {
      $0.isRepeated(by: incident) && now.since($0.lastAt) <= Self.sameWithin
    }) {
      var known = incidents[place]
      known.times += 1
      known.lastAt = now
      known.lastBeat = incident.lastBeat
      known.startedAt = incident.startedAt
      known.restarts = incident.restarts
      (known.taskID, known.stepID) = (incident.taskID, incident.stepID)
      known.evidence = incident.evidence
      known.done = incident.done
      incidents[place] = known
      return (known, changes + [.putDocument(document(known, now))])
    }
    var new = incident
    new.number = (incidents.last?.number ?? 0) + 1
    if incidents.count == Self.limit { incidents.removeFirst() }
    incidents.append(new)
    // Removed first, so that it stands behind the younger ones in the order of first writes.
    changes += [.removeDocument(.incident, Self.id(new.number)), .putDocument(document(new, now))]
    return (new, changes)
  }

  private mutating func removeOld(at now: Timestamp) -> [StoreChange] {
    // The newest stays, so that no number is given twice.
    let old = incidents.dropLast().filter { now.since($0.lastAt) > Self.retention }.map(\.number)
    if old.isEmpty { return [] }
    incidents.removeAll { old.contains($0.number) }
    return old.map { .removeDocument(.incident, Self.id($0)) }
  }

  private func document(_ incident: Incident, _ now: Timestamp) -> StoreDocument {
    StoreDocument(.incident, id: Self.id(incident.number), isOpen: false, body: incident.json, now: now)
  }

  static func id(_ number: Int64) -> String { "\(number % Int64(limit))" }
}
