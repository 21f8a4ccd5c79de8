import SCRProtocol
import SCRTestSupport
import Testing

@testable import SCRRuntime

@Suite(.timeLimit(.minutes(1))) struct ServerWatchTests {
  private let store = InMemoryTaskStore()
  private let hub = EventHub(after: 0)

  @Test func `events tell why a server ended without what it wrote, and nothing twice`() async throws {
    let watch = ServerWatch(store: store, hub: hub, clock: ManualClock())
    let subscription = hub.subscribe()
    defer { subscription.end() }
    func failed(_ tail: String) -> ToolServerStatus {
      ToolServerStatus(
        state: .failed, restarts: 1, reason: "it ended with status 1; its stderr ended with:\n\(tail)")
    }
    watch.changed("s", failed("TOKEN=1"))
    watch.changed("s", failed("TOKEN=2"))
    watch.changed("s", ToolServerStatus(state: .ready, toolCount: 2, restarts: 1, pid: 7))
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await watch.run() }
      var seen = 0
      while seen < 2, await subscription.next() != nil {
        seen = Int(try await store.lastSequence())
      }
      group.cancelAll()
    }
    #expect(
      try await store.events(since: 0, taskID: nil, limit: 10).map(\.data) == [
        ["server": "s", "state": "failed", "tools": 0, "restarts": 1, "reason": "it ended with status 1"],
        ["server": "s", "state": "ready", "tools": 2, "restarts": 1],
      ])
  }

  @Test(arguments: [
    ("s takes no more: closed", "s takes no more: closed"), ("\u{1B}[31mred\u{7}", "[31mred"), ("one\r\ntwo", "one"),
    (String(repeating: "x", count: 400), String(repeating: "x", count: 300)), ("", ""),
  ])
  func `a reason's headline is one short line of plain characters`(reason: String, headline: String) {
    #expect(ServerWatch.headline(of: reason) == headline)
  }
}
