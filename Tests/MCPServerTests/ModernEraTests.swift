import SCRProtocol
import SCRTestSupport
import Testing

@Suite("Modern era", .timeLimit(.minutes(1)))
struct ModernEraTests {
  private let serverInfo: JSONValue = ["io.modelcontextprotocol/serverInfo": ["name": "fake", "version": "1.0"]]

  @Test("server/discover tells versions, capabilities that are there, cache rules and identity")
  func discover() async {
    #expect(
      await FakeServer().modern("server/discover")["result"] == [
        "resultType": "complete", "supportedVersions": ["2026-07-28"], "capabilities": ["tools": ["listChanged": true]],
        "ttlMs": 3_600_000, "cacheScope": "public", "_meta": serverInfo,
      ])
  }

  @Test("tools/call of an inline tool answers with its result, type and identity")
  func call() async {
    let answer = await FakeServer().modern("tools/call", #""name":"add","arguments":{"a":2,"b":3}"#)
    #expect(
      answer == [
        "jsonrpc": "2.0", "id": 1,
        "result": [
          "resultType": "complete", "content": [["type": "text", "text": "5"]], "structuredContent": ["sum": 5],
          "isError": false, "_meta": serverInfo,
        ],
      ])
  }

  @Test("arguments that a model could mend are a tool error, an unknown tool is -32602")
  func badCalls() async {
    let server = FakeServer()
    let bad = await server.modern("tools/call", #""name":"add","arguments":{"a":"2"}"#)
    #expect(bad["result"]?["isError"] == true)
    #expect(bad["result"]?["content"] == [["type": "text", "text": "a and b must be integers"]])
    #expect(await server.modern("tools/call", #""name":"nope""#)["error"]?["code"] == -32602)
    #expect(await server.modern("tools/call", #""arguments":{}"#)["error"]?["data"]?["path"] == "params.name")
    #expect(
      await server.modern("tools/call", #""name":"add","arguments":[]"#)["error"]?["data"]?["path"]
        == "params.arguments")
  }

  @Test("an unsupported version gets -32022 with the supported and the requested ones")
  func unsupportedVersion() async {
    let answer = await FakeServer().ask(
      "server/discover",
      #"{"_meta":{"io.modelcontextprotocol/protocolVersion":"v999.0.0","io.modelcontextprotocol/clientCapabilities":{}}}"#
    )
    #expect(answer["error"]?["code"] == -32022)
    #expect(answer["error"]?["data"]?["supported"] == ["2026-07-28"])
    #expect(answer["error"]?["data"]?["requested"] == "v999.0.0")
  }

  @Test("a request whose _meta lacks a required key gets -32602 that names it")
  func missingMeta() async {
    let server = FakeServer()
    let none = await server.ask("tools/list", "{}")
    #expect(none["error"]?["code"] == -32602)
    #expect(
      none["error"]?["data"]?["missing"] == [
        "io.modelcontextprotocol/protocolVersion", "io.modelcontextprotocol/clientCapabilities",
      ])
    let half = await server.ask(
      "tools/list", #"{"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28"}}"#)
    #expect(half["error"]?["data"]?["missing"] == ["io.modelcontextprotocol/clientCapabilities"])
  }

  @Test(
    "removed and unknown methods get -32601",
    arguments: ["initialize", "ping", "logging/setLevel", "resources/subscribe", "made/up"])
  func removed(method: String) async {
    #expect(await FakeServer().modern(method)["error"]?["code"] == -32601)
  }

  @Test("removed methods get -32601 even where _meta lacks the capabilities")
  func removedWithoutCapabilities() async {
    let answer = await FakeServer().ask(
      "initialize", #"{"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28"}}"#)
    #expect(answer["error"]?["code"] == -32601)
  }

  @Test("tools/list pages by an opaque cursor that survives, and refuses a made-up one")
  func paging() async {
    let server = FakeServer(extra: 150)
    let first = await server.modern("tools/list")["result"]
    #expect(first?["tools"]?.arrayValue?.count == 100)
    #expect(first?["_meta"] == serverInfo)
    #expect(first?["cacheScope"] == "private")
    #expect(first?["ttlMs"] == 60_000)
    let cursor = first?["nextCursor"]?.stringValue ?? ""
    let second = await server.modern("tools/list", "\"cursor\":\"\(cursor)\"")["result"]
    #expect(second?["tools"]?.arrayValue?.count == 53)
    #expect(second?["nextCursor"] == nil)
    #expect(await server.modern("tools/list", #""cursor":"""#)["result"] == first)
    for cursor in ["\"xyz\"", "\"6166\"", "7"] {
      #expect(await server.modern("tools/list", "\"cursor\":\(cursor)")["error"]?["code"] == -32602)
    }
  }

  @Test("progress goes to the given token, grows strictly, and ends with the answer")
  func progress() async {
    let server = FakeServer()
    server.client.send(
      #"{"jsonrpc":"2.0","id":"s","method":"tools/call","params":{"name":"slow","_meta":{"progressToken":"p1","io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}}}"#
    )
    let notes = await server.client.frames(2)
    #expect(
      notes.map { $0["params"] } == [
        ["progressToken": "p1", "progress": 1, "total": 3, "message": "one"],
        ["progressToken": "p1", "progress": 2, "total": 3, "message": "two"],
      ])
    server.tools.gate.open()
    #expect(await server.client.frames(3)[2]["id"] == "s")
  }

  @Test(
    "a tool is told the idempotency key that came with its call",
    arguments: [
      (#","dev.scr/idempotencyKey":"task_1/a""#, "task_1/a"), (#","dev.scr/idempotencyKey":7"#, "no key"),
      ("", "no key"),
    ])
  func idempotencyKey(_ member: String, _ told: String) async {
    let meta = FakeServer.meta.dropLast() + member + "}"
    let answer = await FakeServer().ask("tools/call", #"{"name":"keyed",\#(meta)}"#)
    #expect(answer["result"]?["content"] == [["type": "text", "text": .string(told)]])
  }

  @Test("a cancelled call stops the tool and sends nothing more")
  func cancel() async {
    let server = FakeServer()
    server.client.send(
      #"{"jsonrpc":"2.0","id":5,"method":"tools/call","params":{"name":"slow",\#(FakeServer.meta)}}"#,
      #"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":5,"reason":"enough"}}"#)
    #expect(await server.tools.cancelled.values(1) == ["slow"])
    server.tools.gate.open()
    let next = await server.modern("tools/call", #""name":"add","arguments":{"a":1,"b":1}"#)
    #expect(next["id"] == 1)
    #expect(server.client.allFrames.count == 1)
  }
}
