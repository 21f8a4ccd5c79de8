import SCRProtocol

/// Writes the states of tool servers down as `server.state` events.
final class ServerWatch: Sendable {
  private struct Change: Sendable {
    let name: String
    let status: ToolServerStatus

    var data: JSONValue {
      var data: JSONObject = [
        "server": .string(name), "state": .string(status.state.rawValue), "tools": JSONValue(status.toolCount),
        "restarts": JSONValue(status.restarts),
      ]
      data["reason"] = status.reason.map { .string(ServerWatch.headline(of: $0)) }
      return .object(data)
    }
  }

  private let store: any TaskStore
  private let hub: EventHub
  private let clock: any RuntimeClock
  private let changes: AsyncStream<Change>
  private let feed: AsyncStream<Change>.Continuation

  init(store: any TaskStore, hub: EventHub, clock: any RuntimeClock) {
    self.store = store
    self.hub = hub
    self.clock = clock
    // Of a server that flaps faster than the disk, the newest states count.
    (changes, feed) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(256))
  }

  /// What a reason says of its own: a server's stderr may hold secrets, which events would keep for good.
  static func headline(of reason: String) -> String {
    var line = reason.prefix { !$0.isNewline }
    if let announcement = line.firstRange(of: "; its stderr ended with:") { line = line[..<announcement.lowerBound] }
    return line.plain(limit: 300)
  }

  func changed(_ name: String, _ status: ToolServerStatus) { feed.yield(Change(name: name, status: status)) }

  /// Runs until cancelled.
  /// - Throws: `StoreError`.
  func run(_ life: ChildContext? = nil) async throws {
    var last: [String: JSONValue] = [:]
    for await change in changes {
      life?.progress()
      defer { life?.idle() }
      let data = change.data
      guard last.updateValue(data, forKey: change.name) != data else { continue }
      let batch = StoreBatch(at: clock.now(), events: [EventDraft(.serverState, data: data)])
      hub.publish(try await store.commit(batch))
      // As with the dispatcher's bell: who was replaced must not wait for changes.
      try Task.checkCancellation()
    }
  }
}
