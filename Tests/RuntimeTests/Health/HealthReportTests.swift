import SCRProtocol
import Testing

@testable import SCRRuntime

@Suite("Health") struct HealthReportTests {
  private static let now = Timestamp(milliseconds: 1_700_000_000_000)

  private static func tree(_ children: [SupervisionTree] = []) -> SupervisionTree {
    var tree = SupervisionTree(id: "runtime", kind: .supervisor, state: .running)
    tree.children = children
    return tree
  }

  private static func facts(_ change: (inout HealthFacts) -> Void = { _ in }) -> HealthFacts {
    var facts = HealthFacts(
      now: now, durability: .durable(path: "/s/scr.sqlite"), maxQueued: 10,
      tree: tree([SupervisionTree(id: "dispatcher", kind: .worker, state: .running)]), isWorking: true, lowDisk: 100)
    facts.lastWrite = now
    facts.freeDisk = 500 << 20
    change(&facts)
    return facts
  }

  private static func check(_ kind: HealthCheck.Kind, _ change: (inout HealthFacts) -> Void) -> HealthCheck? {
    HealthReport(facts(change)).checks.first { $0.kind == kind }
  }

  @Test func `all is well`() {
    let report = HealthReport(Self.facts())
    #expect(report.status == .ok)
    #expect(report.checks.map(\.kind) == [.store, .queue, .agents, .disk, .clock])
    #expect(report.json["reasons"] == [])
    #expect(report.json["status"] == "ok")
  }

  @Test func `a store that writes nothing more takes the runtime down, and says what to do`() {
    let store = Self.check(.store) { $0.writeFailure = "the disk could not flush /s/scr.sqlite" }
    #expect(store?.status == .down)
    #expect(store?.detail == "the disk could not flush /s/scr.sqlite")
    #expect(store?.hint?.contains("start scr again") == true)
  }

  @Test func `a submit is refused with what the store said, and what becomes of the process`() {
    let error = RuntimeError(StoreError(.flushFailed, "the disk could not flush it"))
    #expect(error.kind == .storeUnavailable)
    #expect(error.message == "the disk could not flush it")
    #expect(error.hint?.contains("exit code 5") == true)
    #expect(!error.isRetryable)
  }

  @Test func `a store that cannot be read takes the runtime down, whatever else is`() {
    let report = HealthReport(
      Self.facts {
        $0.storeFailure = "I/O error"
        $0.freeDisk = 1
      })
    #expect(report.status == .down)
    #expect(report.json["reasons"]?.arrayValue?.first == "I/O error")
  }

  @Test func `damaged rows, a full queue, a full disk and a clock that went back degrade it`() {
    #expect(Self.check(.store) { $0.damagedRows = 2 }?.status == .degraded)
    #expect(Self.check(.store) { $0.damagedRows = 0 }?.status == .ok)
    #expect(Self.check(.queue) { $0.queued = 10 }?.status == .degraded)
    #expect(Self.check(.queue) { $0.queued = 9 }?.detail == "9 of at most 10 tasks wait")
    #expect(
      Self.check(.queue) { $0.oldestQueued = Self.now + .seconds(-3) }?.detail
        == "0 of at most 10 tasks wait, the oldest for 3000 ms")
    #expect(Self.check(.disk) { $0.freeDisk = 99 }?.status == .degraded)
    #expect(Self.check(.disk) { $0.freeDisk = 100 }?.status == .ok)
    #expect(Self.check(.disk) { $0.freeDisk = nil } == nil)
    #expect(Self.check(.clock) { $0.lastWrite = Self.now + .milliseconds(5001) }?.status == .degraded)
    #expect(Self.check(.clock) { $0.lastWrite = Self.now + .seconds(5) }?.status == .ok)
  }

  @Test func `agents that are down, stuck or may not be started again degrade it`() {
    let down = SupervisionTree(id: "memory", kind: .worker, state: .restarting(until: Self.now))
    #expect(Self.check(.agents) { $0.tree.children.append(down) }?.detail == "memory is not running")
    let stuck = SupervisionTree(id: "memory", kind: .worker, state: .stuck(.silent), startedAt: Self.now)
    let found = Self.check(.agents) { $0.tree.children.append(stuck) }
    #expect(found?.detail == "memory is stuck, and fenced")
    #expect(found?.since == Self.now)
    #expect(Self.check(.agents) { $0.tree.headroom = 0 }?.status == .degraded)
    #expect(Self.check(.agents) { $0.tree.headroom = 1 }?.status == .ok)
    let waiting = Self.check(.agents) { facts in
      facts.isWorking = false
      facts.tree.children = []
    }
    #expect(waiting?.status == .ok)
    #expect(waiting?.detail == "no agent runs: tasks are accepted and wait")
  }

  @Test(arguments: [
    (ToolServerStatus.State.failed, HealthStatus.degraded), (.restarting, .degraded), (.ready, .ok), (.starting, .ok),
    (.stopped, .ok), (.disabled, .ok), (.configured, .ok), (.needsApproval, .ok),
  ])
  func `servers that should run and do not degrade it`(state: ToolServerStatus.State, status: HealthStatus) {
    let check = Self.check(.servers) { $0.servers = ["git": ToolServerStatus(state: state)] }
    #expect(check?.name == "git")
    #expect(check?.status == status)
  }
}
