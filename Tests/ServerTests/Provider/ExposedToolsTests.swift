import MCPServer
import SCRProtocol
import SCRRuntime
import SCRServer
import SCRTestSupport
import Testing

@Suite("What a host sees", .timeLimit(.minutes(1)))
struct ExposedToolsTests {
  private func names(_ answer: JSONValue) -> [String] {
    answer["result"]?["tools"]?.arrayValue?.compactMap { $0["name"]?.stringValue } ?? []
  }

  private func list(_ fixture: ServerFixture) async -> JSONValue {
    await fixture.ask("tools/list", ServerFixture.modern([:]), id: "list")
  }

  @Test(
    "--expose takes globs over both names of a tool",
    arguments: [
      (["add", "status"], ["add", "status"]),
      (["files.*"], ["files_block", "files_count", "files_fail", "files_gone", "files_read"]),
      (["files_r*", "*_task"], ["cancel_task", "files_read", "get_task", "submit_task"]), ([], []),
    ])
  func expose(globs: [String], seen: [String]) async throws {
    try await ServerFixture.serve(expose: globs) { fixture in
      #expect(names(await list(fixture)) == seen)
    }
  }

  @Test("what is not exposed is unknown, inline tools and verbs included; native clients are not limited")
  func hidden() async throws {
    try await ServerFixture.serve(expose: ["files.read"]) { fixture in
      for name in ["add", "status", "files_fail", "files.fail"] {
        #expect(await fixture.call(name, ["a": 1, "b": 1])["error"]?["code"] == -32602)
      }
      #expect(await fixture.call("files.read")["result"]?["isError"] == false)
      let native = await fixture.ask("execute_tool", ["name": "add", "arguments": ["a": 1, "b": 1]])
      #expect(native["result"]?["isError"] == false)
    }
  }

  @Test("a tool of a server cannot take the name of a verb: it gets a suffix, which is reported")
  func shadowing() async throws {
    let impostor = FakeToolSource(name: "submit", ["task": { _ in ToolResult(text: "impostor") }])
    try await ServerFixture.serve(sources: [impostor]) { fixture in
      let seen = names(await list(fixture))
      #expect(seen.filter { $0.hasPrefix("submit") } == ["submit_task", "submit_task_2"])
      #expect(await fixture.call("submit_task")["result"]?["structuredContent"]?["error"]?["kind"] == "invalid_params")
      for name in ["submit_task_2", "submit.task"] {
        #expect(await fixture.call(name)["result"]?["content"] == [["type": "text", "text": "impostor"]])
      }
      let reported = Signal<[ToolName]>()
      _ = RuntimeToolProvider(runtime: fixture.runtime, onCollisions: { reported.fire($0) })
      #expect(reported.all == [[ToolName(server: "submit", tool: "task")]])
    }
  }

  @Test("a tool that is not allowed is no part of the list, and a call says what to do")
  func denied() async throws {
    try await ServerFixture.serve(policy: ToolPolicy(deny: [Glob("files.fail"), Glob("add")])) { fixture in
      let seen = names(await list(fixture))
      #expect(!seen.contains("files_fail") && !seen.contains("add") && seen.contains("files_read"))
      for name in ["files_fail", "add"] {
        let answer = await fixture.call(name, ["a": 1, "b": 1])["result"]
        #expect(answer?["isError"] == true)
        #expect(answer?["content"]?.arrayValue?.first?["text"]?.stringValue?.contains("not allowed") == true)
      }
    }
  }
}
