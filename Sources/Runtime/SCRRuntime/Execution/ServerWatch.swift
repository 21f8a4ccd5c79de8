import SCRProtocol

/// Writes the states of tool servers down as `server.state` events.
final class ServerWatch: Sendable {
  private struct Change: Sendable {
    let name: String
    let status: ToolServerStatus
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

  func changed(_ name: String, _ status: ToolServerStatus) { feed.yield(Change(name: name, status: status)) }

  /// Runs until cancelled.
  /// - Throws: `StoreError`.
  func run() async throws {
    var last: [String: ToolServerStatus] = [:]
    for await change in changes where last[change.name] != change.status {
      last[change.name] = change.status
      var data: JSONObject = [
        "server": .string(change.name), "state": .string(change.status.state.rawValue),
        "tools": JSONValue(change.status.toolCount), "restarts": JSONValue(change.status.restarts),
      ]
      data["reason"] = change.status.reason.map { .string($0) }
      let batch = StoreBatch(at: clock.now(), events: [EventDraft(.serverState, data: .object(data))])
      hub.publish(try await store.commit(batch))
    }
  }
}
