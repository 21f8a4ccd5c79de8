import MCPServer
import SCRConnection
import SCRProtocol
import SCRRuntime
import SCRServer
import SCRTestSupport
import Testing

@Suite("The runtime as MCP tools", .timeLimit(.minutes(1)))
struct ToolProviderTests {
  @Test("tools/list waits for a server that starts, and may be cached once none does")
  func waits() async throws {
    let late = LateSource()
    try await ServerFixture.serve(sources: [late]) { fixture in
      fixture.send("tools/list", ServerFixture.modern([:]))
      try await late.awaited.pass()
      late.becomeReady()
      fixture.runtime.registry.sourceChanged()
      let result = await fixture.answer(1)["result"]
      #expect(result?["ttlMs"] == 60_000)
      #expect(result?["tools"]?.arrayValue?.contains { $0["name"] == "late_hello" } == true)
    }
  }

  @Test("after five seconds tools/list answers without the late server, and must not be cached")
  func patience() async throws {
    let late = LateSource()
    try await ServerFixture.serve(sources: [late], isRunning: false) { fixture in
      fixture.send("tools/list", ServerFixture.modern([:]))
      await fixture.clock.waitForSleepers()
      fixture.clock.advance(by: .seconds(5))
      let result = await fixture.answer(1)["result"]
      #expect(result?["ttlMs"] == 0)
      #expect(result?["tools"]?.arrayValue?.contains { $0["name"] == "late_hello" } == false)
    }
  }

  @Test("at the end of input tools/list waits no longer and gives what is there")
  func endOfInput() async throws {
    let late = LateSource()
    try await ServerFixture.serve(sources: [late], isRunning: false) { fixture in
      fixture.send("tools/list", ServerFixture.modern([:]))
      try await late.awaited.pass()
      fixture.client.connection.endOfInput()
      let result = await fixture.answer(1)["result"]
      #expect(result?["ttlMs"] == 0)
      #expect(result?["tools"]?.arrayValue?.contains { $0["name"] == "submit_task" } == true)
      await fixture.client.connection.drained()
    }
  }

  @Test("a server that comes late is told to legacy clients, whose next call finds its tool")
  func listChanged() async throws {
    let late = LateSource()
    try await ServerFixture.serve(sources: [late]) { fixture in
      _ = await fixture.ask("initialize", ["protocolVersion": "2025-11-25"])
      fixture.client.send(#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#)
      late.becomeReady()
      fixture.runtime.registry.sourceChanged()
      #expect(await fixture.client.frames(2)[1]["method"] == "notifications/tools/list_changed")
      let answer = await fixture.ask("tools/call", ["name": "late_hello"], id: 2)
      #expect(answer["result"]?["content"] == [["type": "text", "text": "hello"]])
    }
  }

  @Test("submit_task with wait reports every event of its task as progress, before the answer")
  func progress() async throws {
    try await ServerFixture.serve { fixture in
      let plan = ServerFixture.plan(("list", "files.read"))
      let answer = await fixture.call("submit_task", ["plan": plan, "wait": true], meta: ["progressToken": 7])
      let notes = fixture.client.allFrames.dropLast().compactMap { $0["params"] }
      #expect(answer["result"]?["structuredContent"]?["state"] == "completed")
      #expect(fixture.client.allFrames.last == answer)
      #expect(notes.map { $0["progress"] } == (1...notes.count).map { .init($0) })
      #expect(notes.allSatisfy { $0["progressToken"] == 7 })
      let messages = notes.compactMap { $0["message"]?.stringValue }
      #expect(messages.first == "task submitted")
      #expect(messages.contains("step list completed"))
      #expect(messages.last == "task completed")
    }
  }

  @Test("structured content is also given as text, and a member that would be refused is not shown")
  func shapes() async throws {
    try await ServerFixture.serve { fixture in
      let result = await fixture.call("list_tasks")["result"]
      let text = result?["content"]?.arrayValue?.first?["text"]?.stringValue ?? ""
      #expect(JSONValue(json: text) == result?["structuredContent"])
      let list = await fixture.ask("tools/list", ServerFixture.modern([:]), id: 2)["result"]?["tools"]?.arrayValue
      let submit = try #require(list?.first { $0["name"] == "submit_task" })
      let shown = Set(submit["inputSchema"]?["properties"]?.objectValue?.keys.map { $0 } ?? [])
      #expect(
        shown.isSuperset(of: [
          "goal", "plan", "wait", "timeoutMs", "runAt", "key", "weight", "uniqueKey", "retry", "budget",
        ]))
    }
  }
}
