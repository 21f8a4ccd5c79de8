import SCRCommand
import SCRProtocol
import Testing

@Suite(.timeLimit(.minutes(1))) struct ServeCommandTests {
  private func serve(_ lines: [String], _ arguments: [String] = []) async throws -> (CommandExit, [JSONValue]) {
    try await Serving.run(lines, arguments, environment: ["SCR_STATE_DIR": ":memory:"])
  }

  @Test func `What was asked is answered before the end of input ends the server`() async throws {
    let (exit, answers) = try await serve([#"{"jsonrpc":"2.0","id":1,"method":"status"}"#])
    #expect(exit == .success)
    #expect(answers.map { $0["id"] } == [1])
    #expect(answers.first?["result"]?["store"]?["durability"] == "not durable")
  }

  @Test func `A submission that waits is answered when its task has ended`() async throws {
    let plan =
      #"{"title":"t","steps":[{"id":"a","tool":"calculator","arguments":{"expression":"6*7"}}],"result":"${steps.a.text}"}"#
    let (exit, answers) = try await serve(
      [#"{"jsonrpc":"2.0","id":"s","method":"submit_task","params":{"wait":true,"plan":\#(plan)}}"#])
    #expect(exit == .success)
    #expect(answers.map { $0["result"]?["result"] } == ["42"])
  }

  @Test func `A stream tells of a task after its submission was answered, and ends with the input`() async throws {
    let plan = #"{"title":"t","steps":[{"id":"a","tool":"calculator","arguments":{"expression":"6*7"}}]}"#
    let (exit, answers) = try await serve([
      #"{"jsonrpc":"2.0","id":1,"method":"stream","params":{}}"#,
      #"{"jsonrpc":"2.0","id":2,"method":"submit_task","params":{"plan":\#(plan)}}"#,
      #"{"jsonrpc":"2.0","id":3,"method":"list_tasks"}"#,
    ])
    #expect(exit == .success)
    let submitted = try #require(answers.firstIndex { $0["id"] == 2 })
    let told = try #require(answers.firstIndex { $0["params"]?["kind"] == "task.submitted" })
    #expect(submitted < told)
    #expect(answers.last?["id"] == 1)
    #expect(answers.last?["result"]?["dropped"] == 0)
  }

  @Test func `A host sees only what is exposed`() async throws {
    let (_, answers) = try await serve(
      [
        #"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"t","version":"1"}}}"#,
        #"{"jsonrpc":"2.0","id":2,"method":"tools/list"}"#,
      ], ["--expose", "calc*, status", "--expose", "time"])
    let tools = answers.first { $0["id"] == 2 }?["result"]?["tools"]?.arrayValue
    #expect(tools?.map { $0["name"] } == ["calculator", "status", "time"])
  }
}
