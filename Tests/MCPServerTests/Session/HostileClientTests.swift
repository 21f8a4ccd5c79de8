import EverythingServer
import MCPServer
import SCRConnection
import SCRProtocol
import SCRTestSupport
import Synchronization
import Testing

/// A peer that reads nothing until it is opened: what is written is kept, and the reader is held back above the mark.
private final class StalledSink: FrameSink {
  private struct State {
    var bytes: [UInt8] = []
    var isOpen = false
    var waiters: [CheckedContinuation<Void, Never>] = []
  }

  static let mark = 1 << 16
  let blocked = Signal<Int>()
  let sent = Signal<Int>()
  private let monitor = Monitor(State())

  func send(_ frames: [UInt8], inline: Bool) -> Bool {
    monitor.withLock { $0.bytes += frames }
    if !inline { sent.fire(frames.count) }
    return true
  }

  func flush() {
    let held = monitor.withLock { $0.isOpen ? 0 : $0.bytes.count }
    if held >= Self.mark { blocked.fire(held) }
    monitor.waitFor { $0.isOpen || $0.bytes.count < Self.mark ? () : nil }
  }

  var hasRoom: Bool { monitor.withLock { $0.isOpen || $0.bytes.count < Self.mark } }

  func waitForRoom() async {
    await withCheckedContinuation { continuation in
      let isFree = monitor.withLock { state in
        if !state.isOpen { state.waiters.append(continuation) }
        return state.isOpen
      }
      if isFree { continuation.resume() }
    }
  }

  func open() {
    let waiters = monitor.withLock { state in
      state.isOpen = true
      return state.waiters
    }
    monitor.signal()
    for waiter in waiters { waiter.resume() }
  }

  var count: Int { monitor.withLock { $0.bytes.count } }
  var lines: Int { monitor.withLock { $0.bytes.count { $0 == 0x0A } } }
}

@Suite("Hostile clients", .timeLimit(.minutes(1)))
struct HostileClientTests {
  private static let meta =
    #""_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{"elicitation":{}}}"#

  private static func feed(_ connection: Connection, _ text: String) {
    Array(text.utf8).withUnsafeBytes { connection.receive($0) }
  }

  private static func handler() -> MCPServerHandler {
    MCPServerHandler(identity: EverythingServer.identity, offer: EverythingServer(pause: {}).offer)
  }

  @Test(
    "100,000 requests of a client that does not read hold the reader back; then each has its answer",
    .timeLimit(.minutes(5)))
  func flood() async throws {
    let sink = StalledSink()
    let connection = Connection(handler: Self.handler(), sink: sink)
    let done = Signal<Void>()
    WireThread.start {
      for batch in 0..<1000 {
        let lines = (0..<100).map { place -> String in
          let id = batch * 100 + place
          return place.isMultiple(of: 25)
            ? #"{"jsonrpc":"2.0","id":\#(id),"method":"tools/call","params":{"name":"test_simple_text",\#(Self.meta)}}"#
            : #"{"jsonrpc":"2.0","id":\#(id),"method":"ping"}"#
        }
        Self.feed(connection, lines.joined(separator: "\n") + "\n")
        connection.waitForRoom()
      }
      connection.endOfInput()
      done.fire()
    }
    let held = await sink.blocked.values(1)[0]
    // One batch of answers above the mark, and no more.
    #expect(held < StalledSink.mark + 100_000)
    #expect(done.all.isEmpty)
    sink.open()
    _ = await done.values(1)
    await connection.drained()
    #expect(sink.lines == 100_000)
  }

  @Test("random bytes, half frames and deep nesting are answered or dropped, and the next request is served")
  func noise() async throws {
    let client = WireClient(Self.handler(), limits: Connection.Limits(inFlight: 4, frame: 1 << 16))
    var state: UInt64 = 0x9E37_79B9_7F4A_7C15
    func next() -> UInt8 {
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return UInt8(truncatingIfNeeded: state >> 24)
    }
    let valid = Array(#"{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{\#(Self.meta)}}"#.utf8)
    for round in 0..<2000 {
      var bytes = round.isMultiple(of: 2) ? valid : (0..<200).map { _ in next() }
      for _ in 0..<3 { bytes[Int(next()) % bytes.count] = next() }
      if round.isMultiple(of: 5) { bytes.removeLast(Int(next()) % bytes.count) }
      (bytes + [0x0A]).withUnsafeBytes { client.connection.receive($0) }
    }
    client.send(String(repeating: "[", count: 60_000), String(repeating: "x", count: 1 << 17))
    client.send(#"{"jsonrpc":"2.0","id":"last","method":"server/discover","params":{\#(Self.meta)}}"#)
    var place = 0
    while true {
      let frame = await client.frames(place + 1)[place]
      #expect(frame.objectValue != nil && frame["jsonrpc"] == "2.0")
      if frame["id"] == "last" { break }
      place += 1
    }
  }

  @Test("an id that is in flight cannot be taken again, for a call, a subscription or one that waits")
  func reusedIDs() async throws {
    let gate = Gate()
    let server = EverythingServer(pause: { try await gate.pass() })
    let client = WireClient(MCPServerHandler(identity: EverythingServer.identity, offer: server.offer))
    client.send(
      #"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"test_tool_with_progress",\#(Self.meta)}}"#)
    for method in ["tools/call", "subscriptions/listen", "server/discover"] {
      let answer = await client.ask(
        #"{"jsonrpc":"2.0","id":1,"method":"\#(method)","params":{"name":"test_simple_text",\#(Self.meta)}}"#)
      #expect(answer["error"]?["code"] == -32600)
      #expect(answer["id"] == nil)
    }
    gate.open()
    #expect(await client.frames(4)[3]["result"]?["resultType"] == "complete")
  }

  @Test("of one thing only the newest notification is kept while the client does not read")
  func slowListener() async throws {
    let sink = StalledSink()
    let server = EverythingServer(pause: {})
    let handler = MCPServerHandler(identity: EverythingServer.identity, offer: server.offer)
    let connection = Connection(handler: handler, sink: sink)
    Self.feed(
      connection,
      #"{"jsonrpc":"2.0","id":1,"method":"subscriptions/listen","params":{"notifications":{"toolsListChanged":true,"resourceSubscriptions":["test://static-text"]},\#(Self.meta)}}"#
        + "\n")
    // The acknowledgement: from now on it listens.
    _ = await sink.sent.values(1)
    for _ in 0..<3000 { server.tools.listChanges.tell(()) }
    for _ in 0..<3000 { server.resources.updates.tell("test://static-text") }
    #expect(sink.count < StalledSink.mark + 1000)
    #expect(connection.droppedNotifications > 4000)
    sink.open()
    connection.endOfInput()
    await connection.drained()
  }
}
