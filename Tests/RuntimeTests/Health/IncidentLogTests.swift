import SCRProtocol
import SCRTestSupport
import Testing

@testable import SCRRuntime

@Suite("The log of incidents", .timeLimit(.minutes(1))) struct IncidentLogTests {
  private let clock = ManualClock()
  private let hub = EventHub(after: 0)

  private static func crash(_ id: String, of supervisor: String = "runtime") -> ExitReport {
    ExitReport(
      supervisor: supervisor, context: .childTerminated, reason: .error("x"),
      offender: ExitReport.Offender(
        id: id, kind: .worker, restart: .permanent, startedAt: Timestamp(milliseconds: 0), restarts: 0),
      consequence: .restarting(after: .zero))
  }

  /// Runs the log until `count` events of agents are stored.
  private func run(_ log: IncidentLog, _ store: any TaskStore, until count: Int) async throws {
    let subscription = hub.subscribe()
    defer { subscription.end() }
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await log.run { nil } }
      while try await store.lastSequence() < Int64(count), await subscription.next() != nil {}
      group.cancelAll()
    }
  }

  @Test func `evidence and event are written together`() async throws {
    let store = InMemoryTaskStore()
    let log = IncidentLog(store: store, hub: hub, clock: clock)
    log.exited(Self.crash("memory"))
    log.exited(Self.crash("memory"))
    try await run(log, store, until: 2)
    let kept = try await store.documents(DocumentQuery(.incident)).documents.compactMap { Incident(json: $0.body) }
    #expect(kept.map(\.child) == ["memory"])
    #expect(kept.map(\.times) == [2])
    #expect(
      try await store.events(since: 0, taskID: nil, limit: 10).map(\.kind) == [.agentRestarted, .agentRestarted])
  }

  @Test func `what could not be written is written by the next life`() async throws {
    let isRoomy = OneShot<Void>()
    let store = InterceptedTaskStore(InMemoryTaskStore()) { () throws(StoreError) in
      if isRoomy.current == nil { throw StoreError(.diskFull, "full") }
    }
    let log = IncidentLog(store: store, hub: hub, clock: clock)
    log.exited(Self.crash("memory"))
    await #expect(throws: StoreError.self) { try await log.run { nil } }
    isRoomy.fire(())
    try await run(log, store, until: 1)
    #expect(try await store.documents(DocumentQuery(.incident)).documents.count == 1)
  }

  @Test func `its own ends are not written, and of a flood the newest are`() async throws {
    let store = InMemoryTaskStore()
    let log = IncidentLog(store: store, hub: hub, clock: clock)
    log.exited(Self.crash(IncidentLog.agent))
    for number in 0..<IncidentLog.waitingLimit + 10 { log.exited(Self.crash("task_\(number)", of: "runners")) }
    try await run(log, store, until: IncidentLog.waitingLimit)
    let events = try await store.events(since: 0, taskID: nil, limit: 1000)
    #expect(events.count == IncidentLog.waitingLimit)
    #expect(events.first?.taskID == TaskID("task_10"))
    #expect(try await store.documents(DocumentQuery(.incident, limit: 500)).documents.count == IncidentShelf.limit)
  }

  @Test func `a picture is written when it is another`() async throws {
    let written = Signal<Void>()
    let store = InterceptedTaskStore(InMemoryTaskStore()) { () throws(StoreError) in written.fire() }
    let log = IncidentLog(store: store, hub: hub, clock: clock)
    let changed = OneShot<Void>()
    let asked = Signal<Void>()
    await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { [clock] in
        try await log.run {
          asked.fire()
          return AgentPicture(
            incarnation: Incarnation("run_1"), processID: 7, at: clock.now(),
            tree: changed.current == nil ? "one" : "two")
        }
      }
      _ = await written.values(1)
      for count in 2...3 {
        log.look()
        _ = await asked.values(count)
      }
      changed.fire(())
      log.look()
      _ = await written.values(2)
      log.look()
      _ = await asked.values(5)
      group.cancelAll()
    }
    let document = try await store.document(.agents, AgentPicture.id)
    #expect(document.flatMap { AgentPicture(json: $0.body) }?.tree == "two")
    #expect(written.all.count == 2)
  }
}
