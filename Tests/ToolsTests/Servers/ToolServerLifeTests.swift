import SCRProtocol
import SCRRuntime
import SCRTestSupport
import SCRTools
import Testing

/// How a tool server is started, restarted, given up and stopped.
@Suite(.timeLimit(.minutes(3))) struct ToolServerLifeTests {
  private let rig = ServerRig()

  private static let tools = [
    "append", "deafen", "die", "echo", "environment", "fail", "flaky", "grow", "hang", "heard", "progress", "spawn",
    "wait",
  ].map { "fake.\($0)" }

  private static func outline(_ changes: [ToolServerStatus]) -> [String] {
    changes.map { "\($0.state.rawValue) \($0.restarts)" }
  }

  @Test func `it is configured, starting, ready with its tools, and stopped at the end`() async throws {
    let source = rig.source(rig.definition())
    #expect(source.status == ToolServerStatus(state: .configured))
    try await rig.live(source) {
      let ready = await rig.reached(.ready)
      #expect(
        ready
          == ToolServerStatus(
            state: .ready, toolCount: 13, protocolRevision: "2026-07-28", pid: ready.pid))
      #expect(ready.pid.map { $0 > 1 } == true)
      #expect(source.tools.map(\.name.qualified) == Self.tools)
    }
    #expect(Self.outline(rig.changes.all) == ["starting 0", "ready 0", "stopped 0"])
    #expect(source.tools == [])
    #expect(rig.processCount == 0)
    await source.settle()
    let error = await #expect(throws: ToolError.self) { try await source.call("echo") }
    #expect(error?.message == "the tool server fake is stopped")
  }

  @Test func `a crash in a call fails that call with the last words; the server comes back after a pause`() async throws
  {
    let source = rig.source(rig.definition())
    try await rig.live(source) {
      let first = await rig.reached(.ready)
      let error = await #expect(throws: ToolError.self) { try await source.call("die") }
      #expect(error?.kind == .serverUnavailable)
      #expect(error?.message == "fake ended or closed its output; its stderr ended with:\ndying as told")
      #expect(error?.isRetryable == true && error?.mayHaveTakenEffect == true)
      let crashed = await rig.reached(.restarting, restarts: 1)
      #expect(crashed.reason?.hasSuffix("; its stderr ended with:\ndying as told") == true)
      await rig.clock.waitForSleepers()
      // The pause is between three quarters and the whole of the first one.
      rig.clock.advance(by: .milliseconds(149))
      #expect(source.status == crashed)
      async let next = source.call("wait", ["ms": 0])
      rig.clock.advance(by: .milliseconds(51))
      let second = await rig.reached(.ready, restarts: 1)
      #expect(second.pid != first.pid)
      #expect(source.tools.map(\.name.qualified) == Self.tools)
      let answer = try await next
      #expect(answer == ToolResult(text: "waited"))
    }
    #expect(
      Self.outline(rig.changes.all)
        == ["starting 0", "ready 0", "restarting 1", "ready 1", "stopped 1"])
  }

  @Test func `the reason of a crash is told until the server is ready again`() async throws {
    let source = rig.source(rig.definition())
    try await rig.live(source) {
      await rig.reached(.ready)
      _ = try? await source.call("die")
      await rig.reached(.restarting, restarts: 1)
      await rig.clock.waitForSleepers()
      rig.clock.advance(by: .milliseconds(200))
      await rig.reached(.ready, restarts: 1)
    }
    let reasons = rig.changes.all.filter { $0.state == .restarting }.map { $0.reason?.contains("dying as told") }
    #expect(reasons == [true])
    #expect(source.status.reason == nil)
  }

  @Test func `a server that fails too often in a row is given up with the reason`() async throws {
    let source = rig.source(rig.definition(["--exit", "3"], failures: 2))
    let reason = "fake ended or closed its output; its stderr ended with:\nfatal: no licence found"
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await source.run() }
      for _ in 0..<2 {
        await rig.clock.waitForSleepers()
        rig.clock.advance(by: .seconds(1))
      }
    }
    #expect(source.status == ToolServerStatus(state: .failed, restarts: 2, reason: reason))
    #expect(
      Self.outline(rig.changes.all)
        == ["starting 0", "restarting 1", "restarting 2", "failed 2"])
    #expect(source.tools == [])
    let error = await #expect(throws: ToolError.self) { try await source.call("echo") }
    #expect(error?.kind == .serverUnavailable)
    #expect(error?.message == "the tool server fake is failed: \(reason)")
    #expect(error?.mayHaveTakenEffect == false)
  }

  @Test func `a command that does not exist fails at once`() async {
    let source = rig.source(rig.definition(command: "no-such-server"))
    await source.run()
    #expect(Self.outline(rig.changes.all) == ["starting 0", "failed 0"])
    #expect(source.status.reason?.contains("\"no-such-server\" is not on the PATH") == true)
  }

  @Test func `a server that never answers is given up in time, and nothing of it is left`() async {
    let source = rig.source(rig.definition(["--mute"], startup: .milliseconds(300), failures: 0))
    await source.run()
    #expect(Self.outline(rig.changes.all) == ["starting 0", "failed 0"])
    #expect(source.status.reason?.hasPrefix("fake ") == true)
    #expect(rig.processCount == 0)
  }

  @Test func `stopping in the pause before a restart starts nothing more`() async throws {
    let source = rig.source(rig.definition(["--exit", "3"]))
    try await rig.live(source) { await rig.clock.waitForSleepers() }
    #expect(Self.outline(rig.changes.all) == ["starting 0", "restarting 1", "stopped 1"])
  }

  @Test func `stopping while it starts leaves nothing behind`() async throws {
    let launching = Signal<Void>()
    let launcher = InterposedLauncher(inner: rig.launcher, before: { launching.fire() })
    let source = rig.source(rig.definition(["--start-ms", "60000"]), launcher: launcher)
    try await rig.live(source) { _ = await launching.values(1) }
    #expect(Self.outline(rig.changes.all) == ["starting 0", "stopped 0"])
    #expect(rig.processCount == 0)
  }
}
