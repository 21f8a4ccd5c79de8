/// What became of an offer. Each answers one ``Decision/claim(_:_:)``; for anything else they do nothing.
extension FairQueue {
  /// The store gave us the task. It holds a slot of its class until ``finished(_:now:)``.
  package mutating func claimed(_ id: TaskID, now: Timestamp) {
    guard let offer = offers.removeValue(forKey: id) else { return }
    running[id] = offer.lane.taskClass
    seenAgain[id] = nil
    leaveLane(offer, now: now)
  }

  /// Somebody else has it, or it is no longer queued.
  package mutating func lost(_ id: TaskID, now: Timestamp) {
    guard let offer = undo(id, now: now) else { return }
    leaveLane(offer, now: now)
    lookAgain(for: id, now: now)
  }

  /// It stays queued and keeps its place.
  package mutating func putBack(_ id: TaskID, now: Timestamp) {
    guard let offer = undo(id, now: now) else { return }
    seenAgain[id] = nil
    returnToLane(offer, now: now) { $0.insert(offer.entry) }
  }

  /// It stays queued, and comes again when one of these is ready: its tool servers, or whatever else it may need.
  package mutating func skipped(_ id: TaskID, servers: [String], now: Timestamp) {
    guard !servers.isEmpty else { return putBack(id, now: now) }
    guard let offer = undo(id, now: now) else { return }
    seenAgain[id] = nil
    unready.formUnion(servers)
    returnToLane(offer, now: now) { $0.pass(offer.entry, over: servers) }
  }

  /// A task that was claimed has ended, waits, or is queued again (then ``setBack(_:by:bytes:now:)`` says so next).
  package mutating func finished(_ id: TaskID, now: Timestamp) {
    guard let name = running.removeValue(forKey: id) else { return }
    gate.end()
    control(name, now: now) { $0.end() }
    lookAgain(for: id, now: now)
  }

  private mutating func lookAgain(for id: TaskID, now: Timestamp) {
    if let lane = seenAgain.removeValue(forKey: id) { setBack(lane, by: 0, now: now) }
  }

  /// A task runs that was not claimed through this queue: it waited, and goes on. It takes a slot even above the limits.
  package mutating func resumed(_ id: TaskID, in taskClass: String, now: Timestamp) {
    guard running[id] == nil, offers[id] == nil else { return }
    running[id] = taskClass
    gate.goOn()
    control(taskClass, now: now) { $0.goOn() }
  }

  private mutating func undo(_ id: TaskID, now: Timestamp) -> Offer? {
    guard let offer = offers.removeValue(forKey: id) else { return nil }
    let name = offer.lane.taskClass
    gate.undo()
    control(name, now: now) { $0.undo() }
    let weight = weight(of: offer.lane.fairnessKey)
    classes[name]?.keys[offer.level - 1].refund(offer.lane.fairnessKey, weight: weight)
    rings[offer.level - 1].refund(name, weight: 1)
    return offer
  }

  private mutating func leaveLane(_ offer: Offer, now: Timestamp) {
    change(offer.lane, now: now) { lane in
      lane.offers -= 1
      lane.count = max(0, lane.count - 1)
      lane.bytes = max(0, lane.bytes - offer.entry.size)
    }
  }

  private mutating func returnToLane(_ offer: Offer, now: Timestamp, _ body: (inout Lane) -> Void) {
    change(offer.lane, now: now) { lane in
      lane.servedAt = offer.servedBefore
      lane.offers -= 1
      body(&lane)
    }
  }
}
