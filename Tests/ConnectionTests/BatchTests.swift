import SCRConnection
import SCRProtocol
import SCRTestSupport
import Testing

@Suite("Batches", .timeLimit(.minutes(1)))
struct BatchTests {
  @Test("the answers to a batch leave as one array once the last is there, without those to notifications")
  func gathered() async {
    let handler = EchoHandler(acceptsBatches: true)
    let client = WireClient(handler)
    client.send(
      """
      [{"jsonrpc":"2.0","id":1,"method":"wait"},{"jsonrpc":"2.0","method":"note"},\
      {"jsonrpc":"2.0","id":2,"method":"echo","params":{"a":1}},{"jsonrpc":"2.0","id":3},7]
      """)
    #expect(handler.notifications.all == ["note"])
    #expect(client.allFrames == [])
    handler.gate.open()
    let answers = await client.frames(1)[0].arrayValue ?? []
    #expect(answers.map { $0["id"] } == [2, 3, nil, 1])
    #expect(answers.map { $0["error"]?["code"] } == [nil, -32600, -32600, nil])
    #expect(answers.first?["result"] == ["a": 1])
    #expect(answers.last?["result"] == "done")
  }

  @Test("a batch of notifications gets no answer, and one whose requests are cancelled gets what is left")
  func nothing() async {
    let client = WireClient(EchoHandler(acceptsBatches: true))
    client.send(
      #"[{"jsonrpc":"2.0","method":"note"}]"#, #"[{"jsonrpc":"2.0","id":1,"method":"wait"}]"#,
      #"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}}"#,
      #"[{"jsonrpc":"2.0","id":2,"method":"wait"},{"jsonrpc":"2.0","id":3,"method":"echo","params":{}}]"#)
    #expect(client.allFrames == [])
    client.send(#"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":2}}"#)
    #expect(client.allFrames == [[["jsonrpc": "2.0", "id": 3, "result": [:]]]])
  }

  @Test("an empty batch and one beyond the bound are refused as a whole")
  func refused() async {
    let client = WireClient(EchoHandler(acceptsBatches: true))
    let note = #"{"jsonrpc":"2.0","method":"note"}"#
    client.send("[]", "[" + Array(repeating: note, count: 1025).joined(separator: ",") + "]")
    #expect(client.allFrames.map { $0["error"]?["code"] } == [-32600, -32600])
    #expect(
      client.allFrames.map { $0["error"]?["message"] } == [
        "the batch is empty", "the batch holds 1025 messages; send 1024 at most",
      ])
  }
}
