import MCPClient
import SCRProtocol
import SCRRuntime
import SCRTestSupport
import SCRTools
import Testing

/// What calls of a tool server's tools and changes of its list come to.
@Suite(.timeLimit(.minutes(3))) struct ToolServerCallTests {
  private let rig = ServerRig()

  @Test func `a call while the server starts waits for it`() async throws {
    let gate = Gate()
    let source = rig.source(
      rig.definition(), launcher: InterposedLauncher(inner: rig.launcher, before: { try await gate.pass() }))
    try await rig.live(source) {
      await rig.reached(.starting)
      async let result = source.call("wait", ["ms": 0])
      #expect(source.status.state == .starting)
      gate.open()
      let answer = try await result
      #expect(answer == ToolResult(text: "waited"))
    }
  }

  @Test func `a call that waits for the start ends when it is cancelled`() async throws {
    let source = rig.source(rig.definition())
    let error = await withTaskGroup(of: (any Error)?.self) { group in
      group.addTask {
        do {
          _ = try await source.call("echo")
          return nil
        } catch { return error }
      }
      group.cancelAll()
      return await group.next() ?? nil
    }
    #expect((error as? ToolError)?.message == "the tool server fake is configured")
  }

  @Test func `the key and the arguments reach the server, progress comes back`() async throws {
    let source = rig.source(rig.definition())
    let progress = Signal<ToolProgress>()
    try await rig.live(source) {
      let echo = try await source.call(
        ToolCall(
          name: ToolName(server: "fake", tool: "echo"), arguments: ["a": 1],
          context: ToolContext(idempotencyKey: "k1")))
      #expect(echo.structuredContent?["arguments"] == ["a": 1])
      #expect(echo.structuredContent?["meta"]?["dev.scr/idempotencyKey"] == "k1")
      let context = ToolContext(onProgress: { progress.fire($0) })
      _ = try await source.call(
        ToolCall(name: ToolName(server: "fake", tool: "progress"), arguments: [:], context: context))
      #expect(progress.all == [1, 2, 3].map { ToolProgress(progress: $0, total: 3) })
    }
  }

  @Test func `a tool's own failure is a result, a refusal of the server is an error`() async throws {
    let source = rig.source(rig.definition())
    try await rig.live(source) {
      let answer = try await source.call("fail")
      #expect(answer == ToolResult(text: "the disk is on fire", isError: true))
      let error = await #expect(throws: ToolError.self) { try await source.call("nothing") }
      #expect(error?.kind == .invalidInput)
      #expect(error?.message == "fake.nothing was refused by its server: Unknown tool: nothing")
      #expect(error?.isRetryable == false)
    }
  }

  @Test func `a call without an answer ends in time, and the next one works`() async throws {
    let source = rig.source(rig.definition())
    try await rig.live(source) {
      let error = await #expect(throws: ToolError.self) {
        try await source.call(
          ToolCall(
            name: ToolName(server: "fake", tool: "hang"), arguments: [:],
            context: ToolContext(timeout: .milliseconds(50))))
      }
      #expect(error?.kind == .timeout)
      #expect(error?.isRetryable == true && error?.mayHaveTakenEffect == true)
      let answer = try await source.call("wait", ["ms": 0])
      #expect(answer == ToolResult(text: "waited"))
    }
  }

  @Test func `a changed list is read again and told of`() async throws {
    let source = rig.source(rig.definition())
    try await rig.live(source) {
      let before = await rig.reached(.ready)
      _ = try await source.call("grow")
      let after = await rig.changes.first { $0.toolCount == 14 }
      var wanted = before
      wanted.toolCount = 14
      #expect(after == wanted)
      #expect(source.tools.last?.name == ToolName(server: "fake", tool: "extra_0"))
      let answer = try await source.call("extra_0")
      #expect(answer == ToolResult(text: "extra_0"))
    }
  }

  @Test func `a list that changes before the start is over is read again as well`() async throws {
    let launcher = InterposedLauncher(
      inner: rig.launcher, after: { _ = try await $0.call("grow", arguments: [:], CallOptions(timeout: nil)) })
    let source = rig.source(rig.definition(), launcher: launcher)
    try await rig.live(source) {
      _ = await rig.changes.first { $0.toolCount == 14 }
      #expect(source.tools.last?.name == ToolName(server: "fake", tool: "extra_0"))
    }
  }
}
