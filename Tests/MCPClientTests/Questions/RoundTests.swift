import MCPClient
import SCRProtocol
import SCRTestSupport
import Testing

/// Questions in results (2026-07-28): answered, and the call made again.
@Suite(.timeLimit(.minutes(3))) struct RoundTests {
  let servers = Servers()

  private func ask(_ rounds: [JSONValue], _ desk: (any ServerQuestionAnswering)?) async throws -> [JSONValue] {
    let server = try await servers.start("--quiet")
    let result = try await server.call(
      "ask", arguments: ["rounds": .array(rounds)], CallOptions(timeout: nil, answerer: desk))
    await server.stop()
    return result.structuredContent?["received"]?.arrayValue ?? []
  }

  @Test func `each round gets its answers and its state, byte for byte, under a new id`() async throws {
    let state = "eyJ4IjoiYcOkIn0=.\u{1F511} \"quoted\" \\ /\n"
    let came = try await ask(
      [
        ["inputRequests": ["a": Question.form("one"), "b": Question.roots], "requestState": .string(state)],
        ["inputRequests": ["c": Question.sampling]], ["requestState": "later"],
      ], Desk())
    #expect(came.count == 4)
    #expect(Set(came.map { $0["id"] }).count == 4)
    #expect(came.map { $0["requestState"] } == [nil, .string(state), nil, "later"])
    #expect(
      came.map { $0["inputResponses"] } == [
        nil, ["a": ["action": "accept", "content": ["said": "one"]], "b": ["roots": [["uri": "file:///home"]]]],
        [
          "c": [
            "role": "assistant", "content": ["type": "text", "text": "Paris"], "model": "m", "stopReason": "endTurn",
          ]
        ],
        nil,
      ])
  }

  @Test func `all questions of one result are asked at the same time`() async throws {
    var desk = Desk()
    let asked = desk.asked
    desk.answers = { question in
      // Neither is answered before both are asked.
      _ = await asked.values(2)
      return try await Desk.usual(question)
    }
    let came = try await ask([["inputRequests": ["a": Question.form("one"), "b": Question.form("two")]]], desk)
    #expect(came.last?["inputResponses"]?["b"]?["content"] == ["said": "two"])
  }

  @Test func `nothing of a call leaks into another`() async throws {
    let server = try await servers.start("--quiet")
    let asking = Gate()
    var desk = Desk()
    desk.answers = { question in
      try await asking.pass()
      return try await Desk.usual(question)
    }
    async let first = server.call(
      "ask", arguments: ["rounds": [["inputRequests": ["a": Question.form("one")], "requestState": "s"]]],
      CallOptions(timeout: nil, answerer: desk))
    _ = await desk.asked.values(1)
    let other = try await server.call("echo", ["a": 1])
    let params = try JSONParser.parse(other.content.first?["text"]?.stringValue ?? "")
    #expect(params.objectValue?.map(\.key) == ["name", "arguments", "_meta"])
    asking.open()
    let last = try await first.structuredContent?["received"]?.arrayValue?.last
    #expect(last?["requestState"] == "s")
    await server.stop()
  }

  @Test func `what nobody can answer fails the call and is named`() async throws {
    let error = await #expect(throws: MCPClientError.self) {
      _ = try await ask([["inputRequests": ["a": Question.form("Delete 3 files?")]]], nil)
    }
    #expect(error?.code == .unanswered)
    #expect(
      error?.message
        == "fake asked for elicitation/create (Delete 3 files?) during ask, and nobody here can answer that")
  }

  @Test func `why there was no answer is told`() async throws {
    var desk = Desk()
    desk.answers = { _ in throw RPCError(code: 1, message: "the editor is gone") }
    let error = await #expect(throws: MCPClientError.self) {
      _ = try await ask([["inputRequests": ["a": Question.roots]]], desk)
    }
    #expect(error?.message == "fake asked for roots/list during ask, and there was no answer: the editor is gone (1)")
  }

  @Test func `only what somebody answers is declared, for each call anew`() async throws {
    let server = try await servers.start("--quiet")
    func declared(_ desk: (any ServerQuestionAnswering)?) async throws -> JSONValue? {
      let result = try await server.call("ask", arguments: ["rounds": []], CallOptions(timeout: nil, answerer: desk))
      return result.structuredContent?["received"]?.arrayValue?.last?["declared"]
    }
    let tasks: JSONValue = ["io.modelcontextprotocol/tasks": [:]]
    #expect(try await declared(nil) == ["extensions": tasks])
    #expect(
      try await declared(Desk()) == [
        "elicitation": ["form": [:], "url": [:]], "sampling": [:], "roots": [:], "extensions": tasks,
      ])
    #expect(try await declared(Desk(methods: [.listRoots])) == ["roots": [:], "extensions": tasks])
    await server.stop()
  }

  @Test func `a server that never has enough is left after sixteen rounds`() async throws {
    let server = try await servers.start("--quiet")
    let desk = Desk()
    let error = await #expect(throws: MCPClientError.self) {
      _ = try await server.call(
        "ask", arguments: ["endless": true, "rounds": [["inputRequests": ["a": Question.roots]]]],
        CallOptions(timeout: nil, answerer: desk))
    }
    #expect(error?.code == .protocolViolation)
    #expect(error?.message == "fake still wants input for ask after 16 rounds")
    #expect(desk.asked.all.count == 16)
    await server.stop()
  }

  @Test(
    arguments: [
      ["resultType": "input_required"], ["inputRequests": ["a": ["method": "shell/run"]]], ["resultType": "invented"],
    ] as [JSONValue])
  func `a result that means nothing fails the call`(_ result: JSONValue) async throws {
    let error = await #expect(throws: MCPClientError.self) { _ = try await ask([result], Desk()) }
    #expect(error?.code == .protocolViolation)
  }

  @Test func `a result without a type is complete`() async throws {
    let server = try await servers.start("--quiet")
    let result = try await server.call("ask", ["rounds": [], "plain": true])
    #expect(result.structuredContent?["received"]?.arrayValue?.count == 1)
    await server.stop()
  }

  @Test func `a call that is cancelled takes its question back`() async throws {
    let server = try await servers.start("--quiet")
    var desk = Desk()
    let never = Gate()
    desk.answers = { _ in
      try await never.pass()
      return [:]
    }
    await withTaskGroup(of: Void.self) { group in
      group.addTask { [desk] in
        _ = try? await server.call(
          "ask", arguments: ["rounds": [["inputRequests": ["a": Question.roots]]]],
          CallOptions(timeout: nil, answerer: desk))
      }
      _ = await desk.asked.values(1)
      group.cancelAll()
    }
    #expect(desk.cancelled.all.count == 1)
    await server.stop()
  }

  @Test func `prompts and resources may ask as well`() async throws {
    let server = ScriptedServer()
    try await server.openModern(["prompts": [:], "resources": [:]])
    for (method, key, name) in [("prompts/get", "name", "p"), ("resources/read", "uri", "test://a")] {
      async let answer =
        method == "prompts/get"
        ? server.session.getPrompt(name, arguments: [:], CallOptions(timeout: nil, answerer: Desk()))
        : server.session.readResource(name, CallOptions(timeout: nil, answerer: Desk()))
      server.answer(
        await server.request(method)["id"],
        ["resultType": "input_required", "inputRequests": ["r": Question.roots], "requestState": "s"])
      let retry = await server.request(method, after: 1)
      #expect(retry["params"]?["requestState"] == "s")
      #expect(retry["params"]?["inputResponses"] == ["r": ["roots": [["uri": "file:///home"]]]])
      #expect(retry["params"]?[key]?.stringValue == name)
      server.answer(retry["id"], ["resultType": "complete", "messages": [], "contents": []])
      let result = try await answer
      #expect(result["resultType"] == "complete")
    }
  }
}
