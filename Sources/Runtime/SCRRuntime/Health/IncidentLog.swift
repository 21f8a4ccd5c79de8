import SCRProtocol
import Synchronization

/// Writes down what went wrong with agents and servers, and a picture of the agents for those who look at the store.
final class IncidentLog: Sendable {
  /// Of what comes faster than the disk takes it, the newest count.
  static let waitingLimit = 256
  /// The agent that runs this; its own ends are not written down, or a store that fails would feed itself.
  static let agent = "incidents"

  private let store: any TaskStore
  private let hub: EventHub
  private let clock: any RuntimeClock
  private let bell = Bell()
  private let waiting = Mutex<[AgentNews]>([])
  /// What was last written.
  private let shown = Mutex<JSONValue?>(nil)

  init(store: any TaskStore, hub: EventHub, clock: any RuntimeClock) {
    self.store = store
    self.hub = hub
    self.clock = clock
  }

  /// Callable from any thread, costs next to nothing.
  func exited(_ report: ExitReport) {
    guard report.offender.id != Self.agent, let news = AgentNews(report, at: clock.now()) else { return }
    tell(news)
  }

  func changed(_ server: String, _ status: ToolServerStatus) {
    if status.state == .failed { tell(AgentNews(server: server, status, at: clock.now())) }
  }

  /// The agents may be others than in the picture.
  func look() { bell.ring() }

  private func tell(_ news: AgentNews) {
    waiting.withLock { waiting in
      waiting.append(news)
      if waiting.count > Self.waitingLimit { waiting.removeFirst() }
    }
    bell.ring()
  }

  /// Runs until cancelled.
  ///
  /// - Parameter picture: the agents as they are now; nil: none is wanted.
  /// - Throws: `StoreError`; its supervisor starts it again, and nothing that waits is lost.
  func run(_ life: ChildContext? = nil, picture: @Sendable () async -> AgentPicture?) async throws {
    var shelf = IncidentShelf(
      try await store.documents(DocumentQuery(.incident, order: .newestFirst, limit: IncidentShelf.limit)).documents)
    while true {
      life?.progress()
      while let news = waiting.withLock(\.first) {
        try await write(news, &shelf)
        life?.progress()
      }
      if let picture = await picture() { try await show(picture) }
      life?.idle()
      await bell.wait()
      try Task.checkCancellation()
    }
  }

  private func write(_ news: AgentNews, _ shelf: inout IncidentShelf) async throws(StoreError) {
    var next = shelf
    let changes = next.add(news.incident).changes
    let batch = StoreBatch(at: clock.now(), changes: changes, events: news.event.map { [$0] } ?? [])
    hub.publish(try await store.commit(batch))
    shelf = next
    // It may have been pushed out meanwhile.
    waiting.withLock { if $0.first == news { $0.removeFirst() } }
  }

  private func show(_ picture: AgentPicture) async throws(StoreError) {
    let body = picture.json
    guard shown.withLock({ $0 }) != picture.tree else { return }
    let now = clock.now()
    _ = try await store.commit(
      StoreBatch(
        at: now, changes: [.putDocument(StoreDocument(.agents, id: AgentPicture.id, body: body, now: now))]))
    shown.withLock { $0 = picture.tree }
  }
}
