import MCPClient
import SCRProcess
import SCRProtocol
import SCRRuntime
import SCRTestSupport
@testable import SCRTools
import Testing

@Suite(.timeLimit(.minutes(2))) struct ToolServerSourceTests {
  let statuses = Signal<ToolServerStatus>()
  let clock = ManualClock()

  private func source(_ flags: [String], launcher: (any ToolServerLauncher)? = nil) -> ToolServerSource {
    let process = ProcessSpec(
      command: Fixture.path("fake-mcp-server"), arguments: flags, environment: ["PATH": "/usr/bin:/bin"])
    let spec = MCPServerSpec(
      name: "fake", process: process, startupTimeout: .seconds(60), stopLadder: StopLadder(inputGrace: .seconds(60)))
    return ToolServerSource(
      definition: ToolServerDefinition(spec: spec),
      launcher: launcher
        ?? ProcessLauncher(table: ProcessTable(), client: Implementation(name: "scr", version: "1")),
      clock: clock, onChange: { [statuses] in statuses.fire($0) })
  }

  /// Runs the source around `body`.
  private func running(
    _ source: ToolServerSource, _ body: @Sendable () async throws -> Void
  ) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { await source.run() }
      _ = await statuses.first { $0.state == .ready || $0.state == .failed || $0.reason != nil }
      defer { group.cancelAll() }
      try await body()
    }
  }

  private func call(_ tool: String) -> ToolCall {
    ToolCall(name: ToolName(server: "fake", tool: tool), arguments: [:], context: ToolContext())
  }

  // MARK: Lists

  @Test func `changes during the start and during each reading of the list are all read, one after the other`()
    async throws
  {
    let source = source(["--restless", "4"])
    try await running(source) {
      _ = await statuses.first { $0.toolCount == 17 }
      #expect(statuses.all.filter { $0.state == .ready }.map(\.toolCount) == [13, 14, 15, 16, 17])
      #expect(source.tools.last?.name.tool == "extra_3")
    }
  }

  @Test func `a changed list that cannot be read is told, and the one before counts`() async throws {
    let source = source(["--breaks-list"])
    try await running(source) {
      let status = await statuses.first { $0.reason != nil }
      #expect(status.state == .ready)
      #expect(
        status.reason
          == "its changed list of tools could not be read, so the one before counts: the list is broken (-32000)")
      #expect(source.tools.count == 13)
    }
  }

  // MARK: Life

  @Test func `a restart is one change, with the reason`() async throws {
    let source = source([])
    try await running(source) {
      _ = try? await source.call(call("die"))
      await clock.waitForSleepers()
      clock.advance(by: .seconds(1))
      _ = await statuses.first { $0.state == .ready && $0.restarts == 1 }
      #expect(statuses.all.map(\.state) == [.starting, .ready, .restarting, .ready])
      #expect(statuses.all[2].reason == "it ended with exit code 9; its stderr ended with:\ndying as told")
    }
  }

  @Test func `another definition changes what is offered and keeps the process`() async throws {
    let source = source([])
    try await running(source) {
      let pid = source.status.pid
      let spec = MCPServerSpec(
        name: "fake", process: ProcessSpec(command: "/bin/true", environment: [:]), callTimeout: .milliseconds(50))
      source.redefine(ToolServerDefinition(spec: spec, allowedTools: ["ec*", "hang"], readOnlyTools: ["echo"]))
      #expect(source.tools.map(\.name.tool) == ["echo", "hang"])
      #expect(source.tools.map(\.effect) == [.readOnly, .unknown])
      #expect(source.status.toolCount == 2)
      #expect(source.status.pid == pid && source.status.state == .ready)
      // The new time for one call counts as well.
      let error = await #expect(throws: ToolError.self) { _ = try await source.call(call("hang")) }
      #expect(error?.kind == .timeout)
    }
  }

  @Test func `a drain waits for the calls that are under way, and not for ever`() async throws {
    let source = source([])
    try await running(source) {
      // Nothing is under way, so no time passes.
      await source.drain(within: .seconds(1))
      let isUnderWay = Signal<Void>()
      let context = ToolContext(onProgress: { _ in isUnderWay.fire() })
      let hang = ToolCall(name: ToolName(server: "fake", tool: "hang"), arguments: [:], context: context)
      async let hanging: ToolResult? = try? source.call(hang)
      _ = await isUnderWay.values(1)
      async let drained: Void = source.drain(within: .seconds(5))
      await clock.waitForSleepers()
      clock.advance(by: .seconds(5))
      await drained
      async let ended: Void = source.drain(within: .seconds(5))
      await clock.waitForSleepers()
      _ = try? await source.call(self.call("die"))
      #expect(await hanging == nil)
      await ended
    }
  }

  @Test func `too many processes are a reason to try again later, a missing command is none`() async throws {
    let source = source([], launcher: FailingLauncher([.tooMany, .notFound]))
    try await running(source) {
      #expect(source.status.state == .restarting)
      await clock.waitForSleepers()
      clock.advance(by: .seconds(1))
      _ = await statuses.first { $0.state == .failed }
      #expect(statuses.all.map(\.state) == [.starting, .restarting, .failed])
    }
  }

  // MARK: Calls

  @Test func `an error that the server answers is a failure of the tool, with all that the server said`() async throws {
    let source = source([])
    try await running(source) {
      let result = try await source.call(call("limit"))
      #expect(
        result
          == ToolResult(
            text: "rate limit (-32000)",
            structuredContent: ["error": ["code": -32000, "message": "rate limit", "data": ["retryAfter": 7]]],
            isError: true))
    }
  }

  @Test func `how long the server asks to be left alone goes with its error`() {
    for (data, wait) in [(1500, Duration.milliseconds(1500)), (0, nil), (-5, nil), ("soon", nil)]
      as [(
        JSONValue, Duration?
      )]
    {
      let error = RPCError(code: 1006, message: "slow down", data: ["retryAfterMs": data])
      #expect(ToolResult(error, stderrTail: "", isStructured: true).retryAfter == wait)
      #expect(ToolError(of: error, ToolName(tool: "t"))?.retryAfter == wait)
    }
  }

  @Test func `the last words of the server go with its error, and its data where no structure is allowed`() {
    let tail = (1...9).map { "line \($0)" }.joined(separator: "\n")
    let error = RPCError(code: -32603, message: "broken", data: ["why": 1])
    let words = "The server's stderr ended with:\nline 5\nline 6\nline 7\nline 8\nline 9"
    #expect(
      ToolResult(error, stderrTail: tail, isStructured: true)
        == ToolResult(
          text: "broken (-32603)\n\(words)", structuredContent: ["error": error.json], isError: true))
    #expect(
      ToolResult(error, stderrTail: tail, isStructured: false)
        == ToolResult(text: "broken (-32603)\nIts data: {\"why\":1}\n\(words)", isError: true))
  }

  @Test func `arguments that the server refuses are invalid, and took no effect`() async throws {
    let source = source([])
    try await running(source) {
      let error = await #expect(throws: ToolError.self) { try await source.call(call("no-such-tool")) }
      #expect(error?.kind == .invalidInput)
      #expect(error?.mayHaveTakenEffect == false)
    }
  }

  @Test(
    arguments: [
      (.timeout, true, .timeout, true, true), (.exited, true, .serverUnavailable, true, true),
      (.exited, false, .serverUnavailable, true, false), (.stalled, false, .serverUnavailable, true, false),
      (.tooLarge, true, .tooLarge, false, true), (.protocolViolation, true, .outputInvalid, false, true),
    ] as [(MCPClientError.Code, Bool, ErrorKind, Bool, Bool)])
  func `what happened to a call says whether it may be tried again and may have taken effect`(
    _ code: MCPClientError.Code, _ wasSent: Bool, _ kind: ErrorKind, _ isRetryable: Bool, _ hasEffect: Bool
  ) {
    let error = ToolError(of: MCPClientError(code, "no", wasSent: wasSent), ToolName(server: "fake", tool: "echo"))
    #expect(error?.kind == kind)
    #expect(error?.isRetryable == isRetryable)
    #expect(error?.mayHaveTakenEffect == hasEffect)
  }

  @Test func `a server that is not ready is unavailable, and nothing happened`() async throws {
    let source = source([], launcher: FailingLauncher([.notFound]))
    try await running(source) {
      let error = await #expect(throws: ToolError.self) { try await source.call(call("echo")) }
      #expect(error?.kind == .serverUnavailable)
      #expect(error?.isRetryable == true)
      #expect(error?.mayHaveTakenEffect == false)
    }
  }
}

/// Fails each start with the next of its codes.
private final class FailingLauncher: ToolServerLauncher {
  private let codes: [ProcessError.Code]
  private let starts = Signal<Void>()

  init(_ codes: [ProcessError.Code]) { self.codes = codes }

  func launch(
    _ definition: ToolServerDefinition, answerer: any ServerQuestionAnswering,
    onChange: @escaping @Sendable (ServerChange) -> Void,
    onExit: @escaping @Sendable (SCRProcess.ExitStatus) -> Void
  ) async throws -> ToolServerProcess {
    starts.fire()
    throw MCPClientError(
      .spawnFailed, "no start", wasSent: false, cause: ProcessError(codes[starts.all.count - 1], "no"))
  }
}
