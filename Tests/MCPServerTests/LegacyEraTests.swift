import SCRProtocol
import SCRTestSupport
import Testing

@Suite("Legacy era", .timeLimit(.minutes(1)))
struct LegacyEraTests {
  @Test(
    "initialize agrees on the version asked for, or on the newest legacy one",
    arguments: [
      ("2024-11-05", "2024-11-05"), ("2025-03-26", "2025-03-26"), ("2025-06-18", "2025-06-18"),
      ("2025-11-25", "2025-11-25"), ("2026-07-28", "2025-11-25"), ("1999-01-01", "2025-11-25"),
    ])
  func negotiation(asked: String, agreed: String) async {
    #expect(
      await FakeServer().legacy(asked)["result"] == [
        "protocolVersion": .string(agreed), "capabilities": ["tools": ["listChanged": true]],
        "serverInfo": ["name": "fake", "version": "1.0"],
      ])
  }

  @Test("ping works at any time")
  func ping() async {
    let server = FakeServer()
    #expect(await server.client.ask(#"{"jsonrpc":"2.0","id":9,"method":"ping"}"#)["result"] == [:])
  }

  @Test("answers hold nothing that the revision lacks")
  func oldShapes() async {
    let old = FakeServer()
    _ = await old.legacy("2024-11-05")
    let tool = await old.ask("tools/list", "{}")["result"]?["tools"]?.arrayValue?.first
    #expect(tool == ["name": "add", "description": "Adds two integers", "inputSchema": ["type": "object"]])
    #expect(
      await old.ask("tools/call", #"{"name":"add","arguments":{"a":1,"b":2}}"#)["result"] == [
        "content": [["type": "text", "text": "3"]], "isError": false,
      ])
    #expect(await old.ask("tools/call", #"{"name":"add"}"#)["error"]?["code"] == -32602)

    let june = FakeServer()
    _ = await june.legacy("2025-06-18")
    let list = await june.ask("tools/list", "{}")["result"]
    #expect(list?.objectValue?.keys.sorted() == ["tools"])
    #expect(list?["tools"]?.arrayValue?.first?["outputSchema"] == ["type": "object"])
    #expect(
      await june.ask("tools/call", #"{"name":"add","arguments":{"a":1,"b":2}}"#)["result"] == [
        "content": [["type": "text", "text": "3"]], "structuredContent": ["sum": 3], "isError": false,
      ])
  }

  @Test("a change of the list is told once the client has said initialized")
  func listChanged() async {
    let server = FakeServer()
    _ = await server.legacy("2025-11-25")
    server.tools.change()
    let expected: JSONValue = ["jsonrpc": "2.0", "method": "notifications/tools/list_changed"]
    #expect(await server.client.frames(2)[1] == expected)
  }

  @Test("initialized before initialize is passed over; the one after it counts, and once")
  func earlyInitialized() async {
    let server = FakeServer()
    let initialized = #"{"jsonrpc":"2.0","method":"notifications/initialized"}"#
    server.client.send(initialized)
    _ = await server.legacy("2025-11-25")
    server.client.send(initialized)
    server.tools.change()
    #expect(server.client.allFrames.dropFirst().map { $0["method"] } == ["notifications/tools/list_changed"])
  }

  @Test("a server whose list never changes does not promise to tell of changes")
  func noChanges() async {
    let server = FakeServer(tellsOfChanges: false)
    #expect(await server.legacy("2025-11-25")["result"]?["capabilities"] == ["tools": [:]])
    server.tools.change()
    #expect(server.client.allFrames.count == 1)
  }

  @Test(
    "an array of messages is a batch in revision 2025-03-26 and refused elsewhere",
    arguments: ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"])
  func batches(revision: String) async {
    let server = FakeServer()
    _ = await server.legacy(revision)
    let call = #"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"add","arguments":{"a":1,"b":2}}}"#
    let answer = await server.client.ask("[\(call),{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"ping\"}]")
    if revision == "2025-03-26" {
      #expect(answer.arrayValue?.map { $0["id"] } == [1, 2])
      #expect(answer.arrayValue?.first?["result"]?["content"] == [["type": "text", "text": "3"]])
    } else {
      #expect(answer["error"]?["code"] == -32600)
    }
  }

  @Test("both eras work in one process: modern requests stay modern after initialize")
  func mixed() async {
    let server = FakeServer()
    _ = await server.legacy("2025-03-26")
    let modern = await server.modern("tools/call", #""name":"add","arguments":{"a":1,"b":2}"#)
    #expect(modern["result"]?["resultType"] == "complete")
    let legacy = await server.ask("tools/call", #"{"name":"add","arguments":{"a":1,"b":2}}"#)
    #expect(legacy["result"]?["resultType"] == nil)
    #expect(await server.ask("made/up", "{}")["error"]?["code"] == -32601)
  }
}
