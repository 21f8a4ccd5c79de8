import MCPServer
import SCRConnection
import SCRProtocol
import SCRTestSupport
import Testing

@Suite("What a provider knows and says", .timeLimit(.minutes(1)))
struct RequestContextTests {
  @Test("a provider sees the trace, the client's name and what it can do, in either era")
  func context() async {
    let seen = Signal<RequestContext>()
    let client = ClosureTools { call in
      seen.fire(call.context)
      return CallToolResult(text: "ok")
    }.client()
    let trace =
      #","traceparent":"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01","tracestate":"a=1","baggage":"b=2","io.modelcontextprotocol/clientInfo":{"name":"host","version":"2"}"#
    _ = await client.ask(ClosureTools.call(1, capabilities: #"{"roots":{}}"#, meta: trace))
    let modern = await seen.values(1)[0]
    #expect(
      modern.trace
        == TraceContext(
          traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", tracestate: "a=1", baggage: "b=2"))
    #expect(modern.clientInfo == Implementation(name: "host", version: "2"))
    #expect(modern.client.supports(.roots))
    #expect(!modern.client.supports(.form("?", schema: [:])))

    _ = await client.ask(ClosureTools.initialize("2025-06-18", #"{"elicitation":{}}"#))
    _ = await client.ask(#"{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"t"}}"#)
    let legacy = await seen.values(2)[1]
    #expect(legacy.trace == TraceContext())
    #expect(legacy.clientInfo == Implementation(name: "host", version: "2"))
    #expect(legacy.client.supports(.form("?", schema: [:])))
  }

  @Test(
    "a tool that does not heed its cancellation is not heard any more",
    arguments: ["{}", #"{"elicitation":{}}"#, "legacy"])
  func cancelled(capabilities: String) async throws {
    let (started, goOn, over) = (Signal<Void>(), Gate(), Signal<Void>())
    let client = ClosureTools { call in
      call.progress.report(1)
      started.fire()
      await Task { try? await goOn.pass() }.value
      call.progress.report(2)
      call.context.log.log(.error, "late")
      over.fire()
      return CallToolResult(text: "late")
    }.client()
    let meta = #","progressToken":"p","io.modelcontextprotocol/logLevel":"debug""#
    if capabilities == "legacy" {
      _ = await client.ask(ClosureTools.initialize("2025-11-25", "{}"))
      client.send(
        #"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"t","_meta":{"progressToken":"p"}}}"#)
    } else {
      client.send(ClosureTools.call(1, capabilities: capabilities, meta: meta))
    }
    _ = await started.values(1)
    let before = client.allFrames
    #expect(before.last?["method"] == "notifications/progress")
    client.send(#"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}}"#)
    goOn.open()
    _ = await over.values(1)
    client.connection.endOfInput()
    await client.connection.drained()
    #expect(client.allFrames == before)
  }

  @Test("questions to an older client have the shape that its revision knows")
  func shapes() async {
    let ask = ClosureTools { call in
      let answers = try await call.context.client.ask([
        "page": .visit("https://example.org/", "Sign in"),
        "model": .sample(
          [["role": "user", "content": [["type": "text", "text": "hi"]]]], maxTokens: 3),
      ])
      return CallToolResult(text: "\(answers.count)")
    }
    let client = ask.client()
    _ = await client.ask(ClosureTools.initialize("2025-11-25", #"{"elicitation":{"url":{}},"sampling":{}}"#))
    client.send(#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"t"}}"#)
    let questions = await client.frames(3).dropFirst()
    let page = questions.first { $0["method"] == "elicitation/create" }?["params"]
    #expect(page?["mode"] == "url")
    #expect(page?["elicitationId"]?.stringValue?.isEmpty == false)
    let model = questions.first { $0["method"] == "sampling/createMessage" }?["params"]
    #expect(model?["messages"]?.arrayValue?.first?["content"] == [["type": "text", "text": "hi"]])

    let old = ClosureTools { call in
      _ = try await call.context.client.ask(
        .sample([["role": "user", "content": [["type": "text", "text": "hi"]]]], maxTokens: 3))
      return CallToolResult(text: "done")
    }.client()
    _ = await old.ask(ClosureTools.initialize("2025-03-26", #"{"sampling":{}}"#))
    let question = await old.ask(#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"t"}}"#)
    #expect(question["params"]?["messages"]?.arrayValue?.first?["content"] == ["type": "text", "text": "hi"])
  }

  @Test("an older client that answers nothing is asked so much at once and no more; its refusal reaches the tool")
  func places() async {
    var limits = ServerLimits()
    limits.waitingOnClient = 1
    let client = ClosureTools { call in
      CallToolResult(text: try await call.context.client.ask(.roots).jsonText)
    }.client(limits: limits)
    _ = await client.ask(ClosureTools.initialize("2024-11-05", #"{"roots":{}}"#))
    let question = await client.ask(#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"t"}}"#)
    #expect(question["method"] == "roots/list")
    let refused = await client.ask(#"{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"t"}}"#)
    #expect(refused["id"] == 2)
    #expect(refused["error"]?["code"] == 1006)
    let id = question["id"]?.jsonText ?? ""
    let answer = await client.ask(#"{"jsonrpc":"2.0","id":\#(id),"error":{"code":-1,"message":"no"}}"#)
    #expect(answer["error"]?["code"] == -1)
    #expect(answer["error"]?["message"] == "no")
    // Its place is free again, and whoever stops waiting tells the client.
    let again = await client.ask(#"{"jsonrpc":"2.0","id":3,"method":"tools/call","params":{"name":"t"}}"#)
    #expect(again["method"] == "roots/list")
    let notice = await client.ask(
      #"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":3}}"#)
    #expect(notice["method"] == "notifications/cancelled")
    #expect(notice["params"]?["requestId"] == again["id"])
  }

  @Test("a provider that asks for ever is stopped")
  func endless() async {
    var limits = ServerLimits()
    limits.rounds = 3
    let rounds = Signal<Int>()
    let client = ClosureTools { call in
      rounds.fire(call.context.inputResponses.count)
      throw InputRequired(["r": .roots], state: .integer(Int64(rounds.all.count)))
    }.client(limits: limits)
    _ = await client.ask(ClosureTools.initialize("2025-11-25", #"{"roots":{}}"#))
    client.send(#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"t"}}"#)
    for round in 0..<3 {
      let question = await client.frames(round + 2)[round + 1]
      client.send(#"{"jsonrpc":"2.0","id":\#(question["id"]?.jsonText ?? ""),"result":{"roots":[]}}"#)
    }
    #expect(await client.frames(5)[4]["error"]?["code"] == -32603)
    #expect(rounds.all == [0, 1, 1])
  }
}
