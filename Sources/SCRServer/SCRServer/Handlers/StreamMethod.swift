import SCRConnection
import SCRProtocol
import SCRRuntime

extension NativeMethod {
  static func stream(_ runtime: CognitiveRuntime) -> NativeMethod {
    NativeMethod(
      "stream", "Sends events as notifications until the task ends, input ends or the request is cancelled.",
      StreamParams.shape, gives: NativeResult("StreamEnd"), isStream: true
    ) { params, request in
      try await EventStream(runtime: runtime, params: params, request: request).run()
    }
  }
}

/// One running `stream` request.
private struct EventStream: Sendable {
  let runtime: CognitiveRuntime
  let params: StreamParams
  let request: NativeRequest

  /// Where events after the `since` that was given are pruned, the first notification says so (`events.pruned`), and the
  /// result has `firstSequence`.
  ///
  /// - Returns: `{nextSequence, dropped, firstSequence?}`. To go on later, give `nextSequence - 1` as `since`. `dropped` counts text
  ///   deltas, which are not stored; events that a slow reader missed are read from the store again.
  func run() async throws -> JSONValue {
    try checkKinds()
    let taskID = params.taskID.map { TaskID($0) }
    var follows = params.follow ?? true
    // Asked before the feed begins: all events of a task that has ended by then are in the store.
    if let taskID, try await runtime.task(taskID).task.state.isFinal { follows = false }
    let since = params.since.map(Int64.init) ?? (taskID != nil || !follows ? 0 : request.newestEvent)
    let first = try await cut()
    if let first { try await tell(first) }
    let feed = EventFeed(runtime, taskID: taskID, since: since)
    let last = try await withThrowingTaskGroup(of: Void.self) { [follows] group in
      group.addTask {
        _ = await request.inputEnd.value()
        feed.subscription.end()
      }
      defer {
        feed.subscription.end()
        group.cancelAll()
      }
      return try await send(feed, follows: follows)
    }
    try Task.checkCancellation()
    var result: JSONObject = [
      "nextSequence": .integer(last + 1), "dropped": JSONValue(feed.subscription.droppedDeltas),
    ]
    result["firstSequence"] = first.map { .integer($0) }
    return .object(result)
  }

  /// The oldest event that is kept, where older ones were asked for.
  private func cut() async throws -> Int64? {
    guard let since = params.since else { return nil }
    let first = try await runtime.firstEvent()
    return Int64(since) + 1 < first ? first : nil
  }

  private func tell(_ first: Int64) async throws {
    let event = RuntimeEvent(
      sequence: first - 1, at: runtime.now, kind: .eventsPruned, data: ["firstSequence": .integer(first)])
    await request.connection.sink.waitForRoom()
    try Task.checkCancellation()
    request.connection.notify("event", params: EventProjection.params(event, subscription: request.id))
  }

  /// A kind that does not exist would be waited for in vain.
  private func checkKinds() throws(RPCError) {
    let known = EventKind.all.map(\.rawValue)
    for (place, kind) in (params.kinds ?? []).enumerated() where !known.contains(kind) {
      let nearest = Suggestion.nearest(to: kind, among: known)
      throw RPCError(
        .invalidParams, "there is no kind of event \"\(kind.prefix(100))\"", path: "params.kinds[\(place)]",
        hint: nearest.map { "did you mean \"\($0)\"?" } ?? "the kinds are \(known.joined(separator: ", "))")
    }
  }

  private func send(_ feed: EventFeed, follows: Bool) async throws -> Int64 {
    var feed = feed
    while follows || !feed.hasReadStore, let piece = try await feed.next() {
      switch piece {
      case .events(let events):
        for event in events {
          try await send(event.kind, event.taskID) { EventProjection.params(event, subscription: request.id) }
          if event.endsTask, event.taskID?.text == params.taskID { return event.sequence }
        }
      case .deltas(let deltas):
        for delta in deltas {
          try await send(delta.kind, delta.taskID) { EventProjection.params(delta, subscription: request.id) }
        }
      }
    }
    return feed.position
  }

  private func send(_ kind: EventKind, _ taskID: TaskID?, _ params: () -> JSONValue) async throws {
    try Task.checkCancellation()
    // What cannot be read might be of any kind: it is told to everybody.
    if let kinds = self.params.kinds, kind != .damaged, !kinds.contains(kind.rawValue) { return }
    if let taskID { await request.holds.pass(taskID) }
    await request.connection.sink.waitForRoom()
    try Task.checkCancellation()
    request.connection.notify("event", params: params())
  }
}

extension RuntimeEvent {
  /// Whether it tells that its task reached a final state.
  var endsTask: Bool { Self.ends.contains(kind) }
  private static let ends: Set<EventKind> = [.taskCompleted, .taskFailed, .taskCancelled, .taskDead]
}
