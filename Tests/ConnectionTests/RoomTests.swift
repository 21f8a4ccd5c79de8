import SCRConnection
import SCRProtocol
import SCRTestSupport
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

@Suite("Room on a connection", .timeLimit(.minutes(1)))
struct RoomTests {
  @Test("streams up to the limit and beyond do not keep the reader from cancels, pings and the end of input")
  func streams() async throws {
    let handler = EchoHandler()
    let answers = Signal<JSONValue>()
    let connection = Connection(
      handler: handler, sink: CollectingSink { answers.fire($0) }, limits: Connection.Limits(inFlight: 2))
    let pipe = try Pipe()
    let ended = Signal<Void>()
    // Small chunks: what follows stands in chunks of its own.
    StdioTransport.start(connection, input: pipe.output, chunkSize: 16) { ended.fire() }
    pipe.send(
      #"{"jsonrpc":"2.0","id":1,"method":"stream"}"#, #"{"jsonrpc":"2.0","id":2,"method":"stream"}"#,
      #"{"jsonrpc":"2.0","id":3,"method":"stream"}"#,
      #"{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":1}}"#,
      #"{"jsonrpc":"2.0","id":4,"method":"echo","params":{}}"#)
    pipe.close()
    _ = await ended.values(1)
    #expect(handler.answered.all == [.integer(1)])
    let frames = answers.all
    #expect(frames.map { $0["id"] } == [3, 4])
    #expect(frames.first?["error"]?["data"]?["kind"] == "rate_limited")
    handler.gate.open()
    await connection.drained()
    #expect(answers.all.last == ["jsonrpc": "2.0", "id": 2, "result": "done"])
  }

  @Test("calls over the limit begin as soon as there is a slot; what comes behind them is taken at once")
  func parked() async {
    let handler = EchoHandler()
    let client = WireClient(handler, limits: Connection.Limits(inFlight: 1))
    client.send(
      #"{"jsonrpc":"2.0","id":1,"method":"wait"}"#, #"{"jsonrpc":"2.0","id":2,"method":"wait"}"#,
      #"{"jsonrpc":"2.0","id":3,"method":"echo","params":{}}"#,
      #"{"jsonrpc":"2.0","id":2,"method":"echo","params":{}}"#)
    #expect(client.allFrames.map { $0["id"] } == [3, nil])
    #expect(await handler.started.values(1) == [.integer(1)])
    client.send(#"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}}"#)
    #expect(await handler.started.values(2) == [.integer(1), .integer(2)])
    handler.gate.open()
    #expect(await client.frames(3)[2] == ["jsonrpc": "2.0", "id": 2, "result": "done"])
  }

  @Test("a parked request is cancelled without ever beginning")
  func cancelParked() async {
    let handler = EchoHandler()
    let client = WireClient(handler, limits: Connection.Limits(inFlight: 1))
    client.send(
      #"{"jsonrpc":"2.0","id":1,"method":"wait"}"#, #"{"jsonrpc":"2.0","id":2,"method":"wait"}"#,
      #"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":2}}"#)
    handler.gate.open()
    client.connection.endOfInput()
    await client.connection.drained()
    #expect(handler.started.all == [.integer(1)])
    #expect(client.allFrames.map { $0["id"] } == [1])
  }

  @Test("an error that the peer is told nothing of is told to whoever keeps the log")
  func internalErrors() async {
    let errors = Signal<String>()
    let answers = Signal<JSONValue>()
    let connection = Connection(
      handler: EchoHandler(), sink: CollectingSink { answers.fire($0) },
      onInternalError: { errors.fire("\($0): \($1)") })
    Array("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"break\"}\n".utf8).withUnsafeBytes { connection.receive($0) }
    #expect(await answers.values(1)[0]["error"]?["code"] == -32603)
    #expect(errors.all == ["break: Broken()"])
  }
}

private struct Pipe {
  let output: Int32
  private let input: Int32

  struct Failure: Error {}

  init() throws {
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else { throw Failure() }
    (output, input) = (ends[0], ends[1])
  }

  func send(_ lines: String...) {
    for line in lines {
      let bytes = Array((line + "\n").utf8)
      _ = write(input, bytes, bytes.count)
    }
  }

  func close() { _ = closeDescriptor(input) }
}

private func closeDescriptor(_ descriptor: Int32) -> Int32 { close(descriptor) }
