import SCRConnection
import SCRProtocol
import SCRTestSupport
import Testing

/// Answers `now` at once and `later` when its gate opens.
private final class GatedHandler: ConnectionHandler {
  let gate = Gate()
  let started = Signal<RequestID>()

  func receive(_ request: IncomingRequest, on connection: Connection, output: inout JSONWriter) -> Disposition {
    if request.method == "now" {
      output.response(request.id) { $0.raw("0") }
      return .answered
    }
    started.fire(request.id)
    return .later(.finish) { [gate] in
      try await gate.pass()
      return JSONSlice("late")
    }
  }

  func receive(_ notification: IncomingNotification, on connection: Connection) {}
}

@Suite("StdioTransport", .timeLimit(.minutes(1))) struct StdioTransportTests {
  private let pipe = Pipe()
  private let handler = GatedHandler()
  private let ended = Signal<Void>()

  private func start(inFlight: Int = 8, chunkSize: Int = 1 << 16) -> (client: WireClient, connection: Connection) {
    let client = WireClient(handler, limits: Connection.Limits(inFlight: inFlight))
    StdioTransport.start(client.connection, input: pipe.reading, chunkSize: chunkSize) { [ended] in ended.fire() }
    return (client, client.connection)
  }

  private static func request(_ id: Int, _ method: String) -> String {
    #"{"jsonrpc":"2.0","id":\#(id),"method":"\#(method)"}"# + "\n"
  }

  @Test("requests are answered as they come, however small the chunks are", arguments: [1, 7, 1 << 16])
  func chunks(size: Int) async {
    let (client, _) = start(chunkSize: size)
    pipe.write(Self.request(1, "now") + Self.request(2, "now"))
    #expect(await client.frames(2).map { $0["id"] } == [1, 2])
    pipe.closeWriting()
    _ = await ended.values(1)
  }

  @Test("a last line without its newline counts, and the end is told after the connection knows of it")
  func endOfFile() async {
    let (client, connection) = start()
    pipe.write(Self.request(1, "later") + String(Self.request(2, "now").dropLast()))
    pipe.closeWriting()
    _ = await ended.values(1)
    #expect(await client.frames(1).map { $0["id"] } == [2])
    handler.gate.open()
    await connection.drained()
    #expect(client.allFrames.map { $0["id"] } == [2, 1])
  }

  @Test("at the limit of requests in flight the reader waits, and goes on where one has ended")
  func capacity() async {
    let (client, connection) = start(inFlight: 1)
    pipe.write(Self.request(1, "later") + Self.request(2, "now") + Self.request(3, "now"))
    _ = await handler.started.values(1)
    pipe.closeWriting()
    #expect(client.allFrames == [])
    handler.gate.open()
    #expect(await client.frames(3).map { $0["id"] } == [1, 2, 3])
    _ = await ended.values(1)
    await connection.drained()
  }
}
