import SCRProtocol
import SCRRuntime
import SCRTestSupport
import Testing

@Suite(.timeLimit(.minutes(1))) struct ToolRegistryTests {
  private static func registry(
    _ sources: any ToolSource..., policy: ToolPolicy = ToolPolicy(), limits: ToolRegistry.Limits = .init(),
    clock: ManualClock = ManualClock()
  ) -> ToolRegistry {
    let registry = ToolRegistry(inlineTools: [Doubler()], policy: policy, limits: limits, clock: clock)
    for source in sources { registry.add(source) }
    return registry
  }

  private static let echo = FakeToolSource(["echo": { ToolResult(text: JSONValue.object($0.arguments).jsonText) }])

  private static func call(_ name: String, _ arguments: JSONObject = [:]) -> ToolCall {
    ToolCall(name: ToolName(qualified: name), arguments: arguments, context: ToolContext(traceID: "trace"))
  }

  // MARK: Calls

  @Test func `a call goes to its source with the time it may take, and tells where its result came from`() async throws
  {
    let source = FakeToolSource(["echo": { _ in ToolResult(text: "hi") }])
    let registry = Self.registry(source, limits: .init(callTimeout: .seconds(7)))
    var call = Self.call("fake.echo", ["a": 1])
    call.context.taskID = TaskID("task_1")
    let outcome = try await registry.call(call)
    #expect(outcome.result == ToolResult(text: "hi"))
    #expect(source.calls.all.map(\.arguments) == [["a": 1]])
    #expect(source.calls.all.map(\.context.timeout) == [.seconds(7)])
    var meta = outcome.meta.objectValue ?? [:]
    #expect(meta["durationMs"]?.integerValue != nil)
    meta["durationMs"] = 0
    #expect(
      .object(meta) == [
        "source": "mcp", "server": "fake", "tool": "echo", "durationMs": 0, "traceId": "trace", "taskId": "task_1",
      ] as JSONValue)
  }

  @Test func `a wire name reaches the same tool, which sees its own name`() async throws {
    let source = FakeToolSource(["echo": { _ in ToolResult(text: "hi") }])
    let outcome = try await Self.registry(source).call(Self.call("fake_echo"))
    #expect(outcome.tool == ToolName(server: "fake", tool: "echo"))
    #expect(source.calls.all.map(\.name) == [ToolName(server: "fake", tool: "echo")])
  }

  @Test func `a native tool answers a call as well as a call in line`() async throws {
    let registry = Self.registry()
    let outcome = try await registry.call(Self.call("double", ["n": 21]))
    #expect(outcome.result == ToolResult(text: "42"))
    #expect(outcome.meta["source"] == "native")
    #expect(outcome.meta["server"] == nil)
    let inline = try registry.callInline("double", arguments: JSONSlice(["n": 4]))?.get()
    #expect(inline == ToolResult(text: "8"))
  }

  @Test func `a call in line is checked like any other, and tools of servers are none`() {
    let registry = Self.registry(Self.echo, policy: ToolPolicy(deny: [Glob("none")]))
    #expect(throws: ToolError.self) { try registry.callInline("double", arguments: nil)?.get() }
    #expect(throws: ToolError.self) { try registry.callInline("double", arguments: JSONSlice([1]))?.get() }
    #expect(registry.callInline("fake.echo", arguments: nil) == nil)
    #expect(registry.callInline("nothing", arguments: nil) == nil)
    let denied = #expect(throws: ToolError.self) {
      try Self.registry(policy: ToolPolicy(deny: [Glob("double")]))
        .callInline("double", arguments: JSONSlice(["n": 1]))?.get()
    }
    #expect(denied?.kind == .denied)
  }

  @Test(
    arguments: [
      ("fake.ecko", [:], ErrorKind.notFound, #"there is no tool "fake.ecko""#),
      ("fake.secret", [:], .denied, "the tool fake.secret is not allowed"),
      ("double", ["n": "x"], .invalidInput, "the arguments of double are not valid: "),
    ] as [(String, JSONObject, ErrorKind, String)])
  func `an unknown, denied or wrongly made call reaches nobody`(
    name: String, arguments: JSONObject, kind: ErrorKind, message: String
  ) async {
    let source = FakeToolSource(["echo": { _ in ToolResult(text: "") }, "secret": { _ in ToolResult(text: "") }])
    let registry = Self.registry(source, policy: ToolPolicy(deny: [Glob("*.secret")]))
    let error = await #expect(throws: ToolError.self) { _ = try await registry.call(Self.call(name, arguments)) }
    #expect(error?.kind == kind)
    #expect(error?.message.hasPrefix(message) == true)
    #expect(error?.mayHaveTakenEffect == false)
    #expect(source.called == [])
  }

  @Test func `a result over the limit is refused, though the call may have taken effect`() async throws {
    let limit = #"[{"type":"text","text":"1234567890"}]"#.utf8.count
    let source = FakeToolSource(["text": { ToolResult(text: $0.arguments["text"]?.stringValue ?? "") }])
    let registry = Self.registry(source, limits: .init(resultBytes: limit))
    let fits = try await registry.call(Self.call("fake.text", ["text": "1234567890"]))
    #expect(fits.result.text == "1234567890")
    let error = await #expect(throws: ToolError.self) {
      _ = try await registry.call(Self.call("fake.text", ["text": "12345678901"]))
    }
    #expect(error?.kind == .tooLarge)
    #expect(error?.message == "the result of fake.text is over the limit of \(limit) bytes")
    #expect(error?.mayHaveTakenEffect == true && error?.isRetryable == false)
  }

  @Test func `a call that its source never answers ends in time, cancelled`() async {
    let clock = ManualClock()
    let cancelled = Signal<Void>()
    let source = FakeToolSource([
      "hang": { _ in
        try await withTaskCancellationHandler {
          try await Gate().pass()
        } onCancel: {
          cancelled.fire()
        }
        return ToolResult(text: "never")
      }
    ])
    let registry = Self.registry(source, clock: clock)
    let call = ToolCall(
      name: ToolName(qualified: "fake.hang"), arguments: [:], context: ToolContext(timeout: .milliseconds(250)))
    let error = await #expect(throws: ToolError.self) {
      async let outcome = registry.call(call)
      await clock.waitForSleepers()
      _ = await source.calls.values(1)
      clock.advance(by: .milliseconds(250))
      _ = try await outcome
    }
    #expect(error?.kind == .timeout)
    #expect(error?.message == "fake.hang did not answer within 250 ms")
    #expect(error?.isRetryable == true && error?.mayHaveTakenEffect == true)
    #expect(cancelled.all.count == 1)
  }

  // MARK: Changes

  @Test func `a source takes the place of another, is added, or leaves, and observers hear of it`() async throws {
    let registry = Self.registry(FakeToolSource(["old": { _ in ToolResult(text: "old") }]))
    let changes = Signal<[String]>()
    let observation = registry.observe { [registry] in
      changes.fire(registry.catalogue.entries.map(\.descriptor.name.qualified))
    }
    registry.set(FakeToolSource(["new": { _ in ToolResult(text: "new") }]), of: "fake")
    registry.set(FakeToolSource(name: "other", ["tool": { _ in ToolResult(text: "") }]), of: "other")
    registry.set(nil, of: "nobody")
    #expect(try await registry.call(Self.call("fake.new")).result.text == "new")
    let error = await #expect(throws: ToolError.self) { _ = try await registry.call(Self.call("fake.old")) }
    #expect(error?.kind == .notFound)
    registry.set(nil, of: "fake")
    #expect(
      changes.all == [["double", "fake.new"], ["double", "fake.new", "other.tool"], ["double", "other.tool"]])
    withExtendedLifetime(observation) {}
  }

  @Test func `another policy and other limits count from the next call on`() async throws {
    let source = FakeToolSource(["text": { _ in ToolResult(text: "0123456789") }])
    let registry = Self.registry(source)
    #expect(try await registry.call(Self.call("fake.text")).result.text == "0123456789")
    registry.change(policy: ToolPolicy(deny: [Glob("double")]), limits: .init(resultBytes: 5, callTimeout: .seconds(3)))
    let large = await #expect(throws: ToolError.self) { _ = try await registry.call(Self.call("fake.text")) }
    #expect(large?.kind == .tooLarge)
    #expect(source.calls.all.last?.context.timeout == .seconds(3))
    let denied = await #expect(throws: ToolError.self) { _ = try await registry.call(Self.call("double", ["n": 1])) }
    #expect(denied?.kind == .denied)
  }

  @Test func `observers are told of another list only, and no longer than they wish`() {
    let registry = Self.registry(policy: ToolPolicy(deny: [Glob("hidden.*")]))
    let changes = Signal<[String]>()
    let observation = registry.observe { [registry] in
      changes.fire(registry.catalogue.entries.map(\.descriptor.name.qualified))
    }
    registry.sourceChanged()
    registry.add(FakeToolSource(name: "empty", [:]))
    registry.add(FakeToolSource(name: "hidden", ["a": { _ in ToolResult(text: "") }]))
    #expect(changes.all == [])
    let seen = FakeToolSource(name: "seen", ["a": { _ in ToolResult(text: "") }])
    registry.add(seen)
    #expect(changes.all == [["double", "hidden.a", "seen.a"]])
    seen.status.state = .failed
    registry.sourceChanged()
    #expect(changes.all.count == 1)
    withExtendedLifetime(observation) {}
  }

  @Test func `a released observation hears nothing more`() {
    let registry = Self.registry()
    let changes = Signal<Void>()
    do { _ = registry.observe { changes.fire() } }
    registry.add(Self.echo)
    #expect(changes.all.count == 0)
  }

  @Test func `settling ends with the last source, or when the time is up`() async {
    let clock = ManualClock()
    let registry = Self.registry(Self.echo)
    await registry.settle(within: .seconds(1), by: clock)
    registry.add(NeverSettled())
    async let settled: Void = registry.settle(within: .seconds(1), by: clock)
    await clock.waitForSleepers()
    clock.advance(by: .seconds(1))
    await settled
  }
}

/// A server that starts for ever.
private struct NeverSettled: ToolSource {
  let serverName: String? = "never"
  let tools: [ToolDescriptor] = []
  let status = ToolServerStatus(state: .starting)
  func settle() async { try? await Gate().pass() }
  func call(_ call: ToolCall) async throws -> ToolResult { throw ToolError(.serverUnavailable, "not there") }
}
