import SCRProtocol
import SCRTestSupport
import Testing

@testable import SCRRuntime

@Suite("Events tell when the runtime's agents begin and end", .timeLimit(.minutes(1)))
struct AgentLivesTests {
  private static func told(_ fixture: RuntimeFixture, _ kind: EventKind) async throws -> [JSONValue] {
    try await fixture.store.events(since: 0, taskID: nil, limit: 500).filter { $0.kind == kind }.map(\.data)
  }

  @Test func `each is told once as started, and as stopped at an orderly end`() async throws {
    let fixture = RuntimeFixture(FakeToolSource([:]))
    let incarnation = try await fixture.live { runtime in
      let events = runtime.subscribe()
      if try await Self.told(fixture, .agentStarted).isEmpty { await events.awaitKind(.agentStarted) }
      return runtime.incarnation
    }
    let started = try await Self.told(fixture, .agentStarted)
    #expect(
      started.compactMap { $0["agent"]?.stringValue } == [
        "incidents", "memory", "servers", "deadlines", "starts", "controls", "schedules", "waits", "families",
        "dispatcher",
      ])
    #expect(
      started.first { $0["agent"] == "memory" } == [
        "supervisor": "runtime", "agent": "memory", "agentKind": "memory", "incarnation": .string(incarnation.text),
      ])
    #expect(started.first { $0["agent"] == "dispatcher" }?["agentKind"] == "service")
    let stopped = try await Self.told(fixture, .agentStopped)
    #expect(stopped.map { $0["agent"] } == started.map { $0["agent"] })
    #expect(Set(stopped.map { $0["reason"] }) == ["the runtime ended in order"])
  }

  @Test func `all of them are one commit, together with the picture of the agents`() async throws {
    var lives = AgentLives()
    lives.begin(["a", "b"], of: Incarnation("run_1"))
    #expect(lives.untold.count == 2)
    lives.told(2)
    lives.begin(["c"], of: Incarnation("run_1"))
    #expect(lives.untold.map { $0.data["agent"] } == ["c"])
    // Of whom nobody was told is not told either that it ended.
    #expect(lives.end().map { $0.data["agent"] } == ["a", "b"])
    #expect(lives.end() == [])
  }

  @Test func `a store that cannot write delays nobody's end`() async throws {
    var fixture = RuntimeFixture(FakeToolSource([:]))
    let base = fixture.store
    fixture.store = InterceptedTaskStore(base) { () throws(StoreError) in throw StoreError(.diskFull, "full") }
    try await fixture.live { _ in }
    #expect(try await base.lastSequence() == 0)
  }
}
