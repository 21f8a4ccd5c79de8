import SCRProtocol
import SCRTestSupport
import Synchronization
import Testing

@testable import SCRRuntime

@Suite("A configuration that changes while the runtime lives", .timeLimit(.minutes(1)))
struct LiveConfigurationTests {
  private static let plan: JSONValue = ["title": "H", "steps": [["id": "s", "tool": "fake.hold"]]]

  private static func holding() -> FakeToolSource {
    FakeToolSource([
      "hold": { _ in
        try await Gate().pass()
        return ToolResult(text: "never")
      }
    ])
  }

  @Test("where it works and how long its leases are cannot change")
  func fixed() {
    let live = LiveConfiguration(RuntimeConfiguration(workspaceRoot: "/a", lease: .seconds(7)))
    live.change { configuration in
      configuration.workspaceRoot = "/b"
      configuration.lease = .seconds(1)
      configuration.maxQueuedTasks = 3
    }
    #expect(live.current.workspaceRoot == "/a")
    #expect(live.current.lease == .seconds(7))
    #expect(live.current.maxQueuedTasks == 3)
  }

  @Test("another pause between looks at the agents counts at once")
  func health() async throws {
    let clock = ManualClock()
    let rules = Mutex(HealthRules(checkEvery: .seconds(3600), agentStandstill: .seconds(3600)))
    let (looks, changed) = (Signal<Void>(), Bell())
    let watch = HealthWatch(
      supervisors: [], clock: clock, rules: { rules.withLock { $0 } }, changed: changed
    ) { looks.fire(()) }
    await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await watch.run() }
      _ = await looks.values(1)
      rules.withLock { $0 = HealthRules(checkEvery: .seconds(5), agentStandstill: .seconds(10)) }
      changed.ring()
      _ = await looks.values(2)
      group.cancelAll()
    }
  }

  @Test("the queue ages by the new rules what waits already")
  func ageing() {
    var rig = QueueRig(FairQueueRules(ageingStep: .seconds(3600), maximumWait: .seconds(36_000)))
    rig.queue.setRules(FairQueueRules(ageingStep: .seconds(1), maximumWait: .seconds(2)), now: rig.now)
    #expect(rig.queue.rules.ageingStep == .seconds(1))
    #expect(rig.queue.rules.maximumWait == .seconds(2))
    #expect(rig.queue.rules.windowSize == FairQueueRules().windowSize)
  }

  @Test("more tasks may run at once, and begin without anything else happening")
  func concurrency() async throws {
    let source = Self.holding()
    var fixture = RuntimeFixture(source)
    fixture.configuration.maxConcurrentTasks = 1
    try await fixture.live { runtime in
      for _ in 0..<3 { _ = try await runtime.submit(TaskSubmission(plan: Self.plan)) }
      _ = await source.calls.values(1)
      runtime.reconfigure { $0.maxConcurrentTasks = 3 }
      _ = await source.calls.values(3)
      #expect(try await runtime.status().maxConcurrentTasks == 3)
    }
  }

  @Test("another bound of the queue counts for the next submission")
  func queue() async throws {
    let source = Self.holding()
    var fixture = RuntimeFixture(source)
    fixture.configuration.maxConcurrentTasks = 1
    fixture.configuration.maxQueuedTasks = 1
    try await fixture.live { runtime in
      _ = try await runtime.submit(TaskSubmission(plan: Self.plan))
      _ = await source.calls.values(1)
      _ = try await runtime.submit(TaskSubmission(plan: Self.plan))
      let error = await #expect(throws: RuntimeError.self) {
        _ = try await runtime.submit(TaskSubmission(plan: Self.plan))
      }
      #expect(error?.kind == .queueFull)
      runtime.reconfigure { $0.maxQueuedTasks = 2 }
      _ = try await runtime.submit(TaskSubmission(plan: Self.plan))
    }
  }

  @Test("a runtime that shuts down takes neither tasks nor calls of tools")
  func shuttingDown() async throws {
    let runtime = try await RuntimeFixture(FakeToolSource(["echo": { _ in ToolResult(text: "") }])).make()
    runtime.shutDown()
    let refused = await #expect(throws: RuntimeError.self) {
      _ = try await runtime.submit(TaskSubmission(plan: Self.plan))
    }
    #expect(refused?.kind == .shuttingDown)
    let call = ToolCall(name: ToolName(server: "fake", tool: "echo"), arguments: [:])
    let error = await #expect(throws: ToolError.self) { _ = try await runtime.callTool(call) }
    #expect(error?.kind == .shuttingDown && error?.isRetryable == true && error?.mayHaveTakenEffect == false)
  }

  @Test("what happened to the runtime as a whole is an event")
  func record() async throws {
    let runtime = try await RuntimeFixture(Self.holding()).make()
    try await runtime.record(.processSwept, data: ["pid": 7])
    let events = try await runtime.events(since: 0, taskID: nil, limit: 10)
    #expect(events.map(\.kind) == [.processSwept])
    #expect(events.map(\.data) == [["pid": 7]])
  }
}
