import SCRProtocol

// Pauses and drains that end by themselves.
extension QueueControls {
  /// Removes the holds whose time is over.
  ///
  /// - Returns: the event `queue.resumed` of each scope that nothing holds any more, to be published.
  /// - Throws: `StoreError`; what was ended before stays so.
  func endHolds(now: Timestamp) async throws(StoreError) -> [RuntimeEvent] {
    var published: [RuntimeEvent] = []
    let known = try await current()
    let scopes = [QueueScope.all] + known.classes.keys.sorted().map { .taskClass($0) }
    for scope in scopes { published += try await endHolds(of: scope, now: now) }
    return published
  }

  private func endHolds(of scope: QueueScope, now: Timestamp) async throws(StoreError) -> [RuntimeEvent] {
    while true {
      var control = try await current()[scope]
      guard let until = control.endHolds(now: now) else { return [] }
      let isHeld = control.pause != nil || control.drain != nil
      do throws(StoreError) { return try await put(control, of: scope, isHeld ? [] : [scope.resumed(until)]) } catch {
        // Somebody else changed it in the same moment: perhaps it is paused anew.
        guard error.code == .preconditionFailed else { throw error }
        forget()
      }
    }
  }
}

extension QueueControl {
  /// - Returns: the end of the last hold that is over; nil where nothing is.
  mutating func endHolds(now: Timestamp) -> Timestamp? {
    let ends = [pause, drain].compactMap { $0 }.filter { !$0.holds(at: now) }.compactMap(\.end)
    if pause?.holds(at: now) == false { pause = nil }
    if drain?.holds(at: now) == false { drain = nil }
    return ends.max()
  }
}

extension QueueScope {
  /// `{class?, until}`.
  fileprivate func resumed(_ until: Timestamp) -> EventDraft {
    var data: JSONObject = [:]
    data["class"] = taskClass.map { .string($0) }
    data["until"] = .string(until.description)
    return EventDraft(.queueResumed, data: .object(data))
  }
}
