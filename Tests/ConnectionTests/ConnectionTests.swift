import SCRConnection
import SCRProtocol
import SCRTestSupport
import Testing

@Suite("Connection", .timeLimit(.minutes(1)))
struct ConnectionTests {
  @Test("a synchronous request is answered before receive returns, its params byte for byte")
  func echo() {
    let client = WireClient(EchoHandler())
    client.send(#"{"jsonrpc":"2.0","id":"a","method":"echo","params":{"z":1,"a":18446744073709551616}}"#)
    #expect(
      client.allFrames.map(\.jsonText) == [#"{"jsonrpc":"2.0","id":"a","result":{"z":1,"a":18446744073709551616}}"#])
  }

  @Test(
    "bad input is answered once each and the connection goes on",
    arguments: [
      (#"{"jsonrpc":"2.0","id":1,"#, -32700, JSONValue?.none),
      (#"nonsense"#, -32700, nil),
      (#"[]"#, -32600, nil),
      (#"3"#, -32600, nil),
      (#"{"id":4,"method":"echo"}"#, -32600, 4),
      (#"{"jsonrpc":"1.0","id":"x","method":"echo"}"#, -32600, "x"),
      (#"{"jsonrpc":"2.0","id":null,"method":"echo"}"#, -32600, nil),
      (#"{"jsonrpc":"2.0","id":1.5,"method":"echo"}"#, -32600, nil),
      (#"{"jsonrpc":"2.0","id":{},"method":"echo"}"#, -32600, nil),
      (#"{"jsonrpc":"2.0","id":5,"method":7}"#, -32600, 5),
      (#"{"jsonrpc":"2.0","id":6}"#, -32600, 6),
      (#"{"jsonrpc":"2.0","id":7,"method":"echo","params":[1]}"#, -32602, 7),
      (#"{"jsonrpc":"2.0","id":8,"method":"nope"}"#, -32601, 8),
    ])
  func badInput(line: String, code: Int64, id: JSONValue?) async {
    let client = WireClient(EchoHandler())
    let answer = await client.ask(line)
    #expect(answer["error"]?["code"]?.integerValue == code)
    #expect(answer["id"] == id)
    #expect(answer.objectValue?.keys.contains("id") == (id != nil))
    let next = await client.ask(#"{"jsonrpc":"2.0","id":99,"method":"echo","params":{}}"#)
    #expect(next == ["jsonrpc": "2.0", "id": 99, "result": [:]])
  }

  @Test("a notification with bad params gets no answer and is counted")
  func badNotification() {
    let client = WireClient(EchoHandler())
    client.send(#"{"jsonrpc":"2.0","method":"note","params":[1]}"#)
    #expect(client.allFrames == [])
    #expect(client.connection.faults.malformed == 1)
  }

  @Test("a frame over the limit is refused by its id and the next one is served")
  func oversizedFrame() async {
    let client = WireClient(EchoHandler(), limits: Connection.Limits(frame: 100))
    let answer = await client.ask(
      #"{"jsonrpc":"2.0","id":1,"method":"echo","params":{"text":""# + String(repeating: "x", count: 100) + "\"}}")
    #expect(answer["id"] == 1)
    #expect(answer["error"]?["data"]?["kind"] == "too_large")
    let next = await client.ask(#"{"jsonrpc":"2.0","id":2,"method":"echo","params":{}}"#)
    #expect(next["result"] == [:])
  }

  @Test("a cancelled request stops its work and gets no answer; its id is free again")
  func cancellation() async {
    let handler = EchoHandler()
    let client = WireClient(handler)
    client.send(#"{"jsonrpc":"2.0","id":1,"method":"wait"}"#)
    #expect(await handler.started.values(1) == [.integer(1)])
    client.send(#"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}}"#)
    #expect(await handler.cancelled.values(1) == [.integer(1)])
    handler.gate.open()
    let answer = await client.ask(#"{"jsonrpc":"2.0","id":1,"method":"echo","params":{"n":2}}"#)
    #expect(answer["result"] == ["n": 2])
    #expect(client.allFrames.count == 1)
  }

  @Test("an id in flight is refused and the first request still gets its answer")
  func duplicate() async {
    let handler = EchoHandler()
    let client = WireClient(handler)
    client.send(#"{"jsonrpc":"2.0","id":1,"method":"wait"}"#)
    let refusal = await client.ask(#"{"jsonrpc":"2.0","id":1,"method":"echo","params":{}}"#)
    #expect(refusal["error"]?["code"] == -32600)
    #expect(refusal["id"] == nil)
    handler.gate.open()
    #expect(await client.frames(2)[1] == ["jsonrpc": "2.0", "id": 1, "result": "done"])
  }

  @Test("the handler hears once of each later answer: when it is queued, or when the request is cancelled")
  func answered() async {
    let handler = EchoHandler()
    let client = WireClient(handler)
    client.send(
      #"{"jsonrpc":"2.0","id":1,"method":"wait"}"#, #"{"jsonrpc":"2.0","id":2,"method":"wait"}"#,
      #"{"jsonrpc":"2.0","id":3,"method":"echo","params":{}}"#,
      #"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}}"#,
      #"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}}"#)
    #expect(handler.answered.all == [.integer(1)])
    handler.gate.open()
    #expect(await handler.answered.values(2) == [.integer(1), .integer(2)])
    #expect(client.allFrames.compactMap { $0["id"] } == [3, 2])
  }

  @Test("the end of input fails our own calls and waits for the peer's")
  func endOfInput() async throws {
    let handler = EchoHandler()
    let client = WireClient(handler)
    client.send(#"{"jsonrpc":"2.0","id":1,"method":"wait"}"#)
    let call = Task { try await client.connection.call("ask") { _ in nil } }
    _ = await client.frames(1)
    client.connection.endOfInput()
    await #expect(throws: ConnectionError.self) { try await call.value }
    handler.gate.open()
    await client.connection.drained()
    #expect(await client.frames(2)[1]["result"] == "done")
  }

  @Test("our call gets its answer by id; strays are counted")
  func calls() async throws {
    let client = WireClient(EchoHandler())
    async let outcome = client.connection.call("ask") { ["token": $0.json] }
    #expect(await client.frames(1)[0] == ["jsonrpc": "2.0", "id": 1, "method": "ask", "params": ["token": 1]])
    client.send(#"{"jsonrpc":"2.0","id":77,"result":0}"#, #"{"jsonrpc":"2.0","id":1,"result":{"ok":true}}"#)
    #expect(try await outcome.value() == ["ok": true])
    #expect(client.connection.faults.strayResponses == 1)
  }
}
