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
  private let lives = Mutex(AgentLives())

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

  func poisoned(_ task: AgentTask, _ steps: [StepRecord], _ reason: TaskReason) {
    tell(AgentNews(poisoned: task, steps, reason, at: clock.now()))
  }

  /// These agents begin; told with the next commit of this log, so that no start waits for it.
  func begin(_ agents: [String], of incarnation: Incarnation) {
    lives.withLock { $0.begin(agents, of: incarnation) }
  }

  /// They have ended in order. Nothing is written where nobody was told that they began, nor by a store that cannot.
  func end() async {
    let events = lives.withLock { $0.end() }
    if events.isEmpty { return }
    if let told = try? await store.commit(StoreBatch(at: clock.now(), events: events)) { hub.publish(told) }
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
      try await show(await picture())
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

  /// Writes the picture, if it is another, and who has begun, in one commit.
  private func show(_ picture: AgentPicture?) async throws(StoreError) {
    let now = clock.now()
    let isNew = picture.map { picture in shown.withLock { $0 } != picture.tree } ?? false
    var batch = StoreBatch(at: now, events: lives.withLock(\.untold))
    if isNew, let picture {
      batch.changes = [.putDocument(StoreDocument(.agents, id: AgentPicture.id, body: picture.json, now: now))]
    }
    if batch.changes.isEmpty, batch.events.isEmpty { return }
    hub.publish(try await store.commit(batch))
    lives.withLock { $0.told(batch.events.count) }
    if isNew, let picture { shown.withLock { $0 = picture.tree } }
  }
}
