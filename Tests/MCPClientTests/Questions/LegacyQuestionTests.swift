@testable import MCPClient
import SCRProtocol
import SCRTestSupport
import Testing

/// Requests that a server of the older revisions sends in the middle of a call.
@Suite(.timeLimit(.minutes(3))) struct LegacyQuestionTests {
  let servers = Servers()

  private func quiz(_ server: ToolServerProcess, _ requests: [JSONValue], _ desk: Desk?) async throws -> [JSONValue] {
    let result = try await server.call(
      "quiz", arguments: ["requests": .array(requests)], CallOptions(timeout: nil, answerer: desk))
    return result.structuredContent?["answers"]?.arrayValue ?? []
  }

  @Test func `the call's answerer answers all three kinds, and they fit the schema`() async throws {
    let server = try await servers.start("--legacy", "--revision", "2025-11-25")
    let answers = try await quiz(server, [Question.form("Name?"), Question.sampling, Question.roots], Desk())
    #expect(
      answers.map { $0["result"] } == [
        ["action": "accept", "content": ["said": "Name?"]],
        ["role": "assistant", "content": ["type": "text", "text": "Paris"], "model": "m", "stopReason": "endTurn"],
        ["roots": [["uri": "file:///home"]]],
      ])
    let schema = try WireSchema(.november2025)
    for (answer, type) in zip(answers, ["ElicitResult", "CreateMessageResult", "ListRootsResult"]) {
      #expect(try schema.faults(of: answer["result"] ?? .null, as: type) == [])
    }
    await server.stop()
  }

  @Test func `what nobody answers is turned down properly`() async throws {
    let server = try await servers.start("--legacy")
    let answers = try await quiz(server, [Question.form("Name?"), Question.sampling, Question.roots], nil)
    #expect(answers[0] == ["result": ["action": "cancel"]])
    #expect(
      answers[1] == [
        "error": ["code": -1, "message": "sampling/createMessage is not answered: nobody here can"]
      ])
    #expect(answers[2] == ["result": ["roots": []]])
    await server.stop()
  }

  @Test func `an answerer that fails is no reason to leave the server waiting`() async throws {
    let server = try await servers.start("--legacy")
    let desk = Desk(answers: { _ in throw RPCError(code: 1, message: "gone") })
    let answers = try await quiz(server, [Question.form("Name?"), Question.sampling], desk)
    #expect(answers[0] == ["result": ["action": "cancel"]])
    #expect(answers[1]["error"]?["message"] == "sampling/createMessage is not answered: gone (1)")
    await server.stop()
  }

  @Test func `a request that no client has is refused, a ping is answered`() async throws {
    let server = try await servers.start("--legacy")
    let answers = try await quiz(server, [["method": "shell/run"], ["method": "ping"]], Desk())
    #expect(answers[0]["error"]?["code"] == -32601)
    #expect(answers[1] == ["result": [:]])
    await server.stop()
  }

  @Test func `a question of a call that is over is taken back`() async throws {
    let server = try await servers.start("--legacy")
    var desk = Desk()
    let never = Gate()
    desk.answers = { _ in
      try await never.pass()
      return [:]
    }
    _ = try await server.call(
      "hasty", arguments: ["requests": [Question.form("Name?")]], CallOptions(timeout: nil, answerer: desk))
    #expect(try await server.call("late").structuredContent?["answer"] == ["result": ["action": "cancel"]])
    #expect(desk.cancelled.all.count == 1)
    await server.stop()
  }

  @Test func `an address that has to be opened first is shown, and the call made again`() async throws {
    let server = try await servers.start("--legacy", "--revision", "2025-11-25")
    let desk = Desk()
    let result = try await server.call("address", arguments: [:], CallOptions(timeout: nil, answerer: desk))
    #expect(result.content.first?["text"] == "opened")
    #expect(desk.asked.all.map(\.isURL) == [true])
    await server.stop()
  }

  @Test func `without consent the server's refusal stands`() async throws {
    let server = try await servers.start("--legacy")
    let desk = Desk(answers: { _ in ["action": "decline"] })
    let error = await #expect(throws: RPCError.self) {
      _ = try await server.call("address", arguments: [:], CallOptions(timeout: nil, answerer: desk))
    }
    #expect(error?.code == -32042)
    await server.stop()
  }

  @Test func `questions are bounded in number`() async throws {
    let never = Gate()
    let desk = Desk(answers: { _ in
      try await never.pass()
      return [:]
    })
    let server = ScriptedServer(answerer: desk)
    try await server.openLegacy()
    for number in 1...70 {
      server.say(["jsonrpc": "2.0", "id": .string("q\(number)"), "method": "roots/list"])
    }
    let refused = server.sent.all.filter { $0["error"] != nil }
    #expect(refused.map { $0["id"] } == (65...70).map { .string("q\($0)") })
    #expect(refused.first?["error"]?["data"]?["kind"] == "rate_limited")
    never.open()
    _ = await server.sent.values(2 + 6 + 64)
  }

  // MARK: Whose question it is

  private func calls(_ desks: [Desk?]) -> CallsInFlight {
    var calls = CallsInFlight()
    for (number, desk) in desks.enumerated() {
      calls.begin(.request(.integer(Int64(number + 1))), InFlightCall(CallOptions(timeout: nil, answerer: desk)))
    }
    return calls
  }

  private func owner(of params: JSONObject, among desks: [Desk?]) -> Int? {
    let calls = calls(desks)
    let owner = calls.owner(of: InputRequest(.elicit, params: params))
    return (1...max(desks.count, 1)).first { calls[.request(.integer(Int64($0)))] === owner && owner != nil }
  }

  @Test func `a question belongs to the call that it names, else to the only one, else to the latest that answers`() {
    let none = Desk(methods: [])
    #expect(owner(of: ["_meta": ["progressToken": 1]], among: [Desk(), Desk()]) == 1)
    #expect(owner(of: [:], among: [none]) == 1)
    #expect(owner(of: [:], among: [Desk(), Desk(), none, nil]) == 2)
    #expect(owner(of: [:], among: [none, none]) == nil)
    #expect(owner(of: [:], among: []) == nil)
  }

  @Test func `a question about a task belongs to the call that became the task`() {
    var calls = calls([Desk(), Desk()])
    let task = InFlightCall(CallOptions(timeout: nil, answerer: Desk()))
    calls.begin(.task("T"), task)
    let question = InputRequest(
      .elicit, params: ["_meta": ["io.modelcontextprotocol/related-task": ["taskId": "T"]]])
    #expect(calls.owner(of: question) === task)
    calls.end(.task("T"))
    #expect(calls.owner(of: question) !== task)
  }
}
