import MCPClient
import SCRProtocol
import SCRTestSupport
import Testing

/// The two times of a call: how long it may take, and how long it may be silent.
@Suite(.timeLimit(.minutes(1))) struct TimeLimitTests {
  private func progress(_ step: Int64) -> JSONValue {
    ["jsonrpc": "2.0", "method": "notifications/progress", "params": ["progressToken": 2, "progress": .integer(step)]]
  }

  private func call(_ server: ScriptedServer, _ desk: Desk? = nil) async throws -> CallToolResult {
    try await server.session.callTool(
      "t", arguments: [:], CallOptions(timeout: .seconds(100), idleTimeout: .seconds(10), answerer: desk))
  }

  private func failure(_ server: ScriptedServer) async -> MCPClientError? {
    do { _ = try await call(server) } catch { return error as? MCPClientError }
    return nil
  }

  @Test func `silence ends a call, and progress keeps it alive`() async throws {
    let server = ScriptedServer()
    try await server.openModern()
    async let failure = failure(server)
    _ = await server.request("tools/call")
    for step in 1...3 {
      await server.clock.sleeper(for: .seconds(10))
      server.clock.advance(by: .seconds(9))
      server.say(progress(Int64(step)))
    }
    await server.clock.sleeper(for: .seconds(10))
    server.clock.advance(by: .seconds(10))
    let error = await failure
    #expect(error?.code == .timeout)
    #expect(error?.message == "fake did not answer tools/call and told of no progress for 10.0 seconds")
    #expect(await server.request("notifications/cancelled")["params"]?["requestId"] == 2)
  }

  @Test func `progress does not prolong the time for the whole call`() async throws {
    let server = ScriptedServer()
    try await server.openModern()
    async let failure = failure(server)
    _ = await server.request("tools/call")
    for step in 1...12 {
      await server.clock.sleeper(for: .seconds(10))
      server.clock.advance(by: .seconds(9))
      server.say(progress(Int64(step)))
      if step == 11 { break }
    }
    server.clock.advance(by: .seconds(1))
    let error = await failure
    #expect(error?.message == "fake did not answer tools/call within 100.0 seconds")
  }

  @Test func `a server that waits for our answer is not silent`() async throws {
    let server = ScriptedServer()
    try await server.openLegacy()
    let asking = Gate()
    let desk = Desk(answers: { question in
      try await asking.pass()
      return try await Desk.usual(question)
    })
    async let answer = call(server, desk)
    _ = await server.request("tools/call")
    server.say(["jsonrpc": "2.0", "id": "q", "method": "roots/list"])
    _ = await desk.asked.values(1)
    for _ in 1...3 {
      await server.clock.sleeper(for: .seconds(10))
      server.clock.advance(by: .seconds(10))
    }
    asking.open()
    _ = await server.sent.first { $0["id"] == "q" }
    server.answer(2, ["content": []])
    let result = try await answer
    #expect(result == CallToolResult(content: []))
  }

  @Test func `the place of a cancelled call is free at once, though the server says nothing`() async throws {
    let server = ScriptedServer()
    try await server.openModern()
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<100 {
        group.addTask { _ = try? await server.session.callTool("t", arguments: [:], CallOptions(timeout: nil)) }
      }
      _ = await server.sent.values(101)
      group.cancelAll()
    }
    async let next = server.session.callTool("t", arguments: [:], CallOptions(timeout: nil))
    let request = await server.sent.first { $0["id"] == 102 }
    server.answer(request["id"], ["content": [], "resultType": "complete"])
    let result = try await next
    #expect(result == CallToolResult(content: []))
  }
}
