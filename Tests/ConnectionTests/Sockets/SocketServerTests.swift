import SCRProtocol
import SCRTestSupport
import Testing

@testable import SCRConnection

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A server over a socket in a folder of its own, and what it tells of its clients.
private final class Hall {
  let folder: SocketFolder
  let server: SocketServer
  let handler = EchoHandler()
  let left = Signal<SocketClient>()
  let notices = Signal<String>()
  let greeting = Greeting(version: "1", role: .owner, pid: getpid())

  init(_ limits: SocketLimits = SocketLimits(), owner: UInt32 = geteuid()) throws {
    folder = try SocketFolder()
    let (handler, left, notices) = (handler, left, notices)
    server = try SocketServer(
      LocalListener.open(at: folder.place), greeting: greeting, limits: limits, owner: owner,
      hooks: SocketHooks(handler: { _ in handler }, left: { left.fire($0) }, notice: { notices.fire($0) }))
    server.start()
  }

  deinit { server.stopListening() }

  /// Greets as a bridge does.
  func visit(_ greeting: Greeting = Greeting(version: "1", role: .bridge, pid: 1)) async -> OwnerLink.Outcome {
    let place = folder.place
    return await withCheckedContinuation { continuation in
      WireThread.start {
        continuation.resume(returning: OwnerLink.open(place, greeting: greeting, patience: .seconds(20)))
      }
    }
  }

  func guest() async throws -> Guest {
    guard case .linked(let link) = await visit() else { throw LocalSocketError(.failed, "it was not let in") }
    return Guest(link.descriptor)
  }
}

/// One client with its answers by lines.
private final class Guest {
  let descriptor: Int32
  let output: LineReader
  let input: TestDescriptor

  init(_ descriptor: Int32) {
    self.descriptor = descriptor
    input = TestDescriptor(descriptor)
    output = LineReader(dup(descriptor))
  }

  func send(_ text: String) { input.write(Array((text + "\n").utf8)) }
  func ask(_ id: Int, _ method: String = "echo") {
    send(#"{"jsonrpc":"2.0","id":\#(id),"method":"\#(method)","params":{"n":\#(id)}}"#)
  }
  func next() async throws -> JSONValue { JSONValue(json: try await output.next()) }
  func endInput() { shutdown(descriptor, Int32(SHUT_WR)) }
}

@Suite(.timeLimit(.minutes(1))) struct SocketServerTests {
  @Test func `clients have ids of their own, and one that waits holds up nobody`() async throws {
    let hall = try Hall()
    let (one, two) = (try await hall.guest(), try await hall.guest())
    one.ask(1, "wait")
    _ = await hall.handler.started.values(1)
    two.ask(1)
    #expect(try await two.next()["result"]?["n"] == 1)
    hall.handler.gate.open()
    #expect(try await one.next()["result"] == "done")
  }

  @Test func `the end of input is answered to the end, then the connection ends`() async throws {
    let hall = try Hall()
    let guest = try await hall.guest()
    guest.ask(1, "wait")
    guest.ask(2)
    guest.endInput()
    _ = await hall.handler.started.values(1)
    hall.handler.gate.open()
    let answers = await guest.output.rest().map { JSONValue(json: $0)["id"] }
    #expect(Set(answers) == [1, 2])
    _ = await hall.left.values(1)
  }

  @Test func `what is in flight for a client that is gone is cancelled`() async throws {
    let hall = try Hall()
    let guest = try await hall.guest()
    guest.ask(7, "stream")
    _ = await hall.handler.started.values(1)
    shutdown(guest.descriptor, Int32(SHUT_RDWR))
    #expect(await hall.handler.cancelled.values(1) == [.integer(7)])
    _ = await hall.left.values(1)
  }

  @Test func `a client that does not read is let go with the reason, while others are served`() async throws {
    let hall = try Hall(SocketLimits(patience: .milliseconds(200)))
    guard case .linked(let slow) = await hall.visit() else { throw LocalSocketError(.failed, "not let in") }
    let pad = String(repeating: "x", count: 1000)
    WireThread.start {
      for id in 0... {
        let line = Array(#"{"jsonrpc":"2.0","id":\#(id),"method":"echo","params":{"pad":"\#(pad)"}}"#.utf8) + [0x0A]
        if !line.withUnsafeBytes({ OwnerLink.sendAll(slow.descriptor, $0) }) { return }
      }
    }
    let other = try await hall.guest()
    for id in 1...50 {
      other.ask(id)
      #expect(try await other.next()["id"]?.integerValue == Int64(id))
    }
    let notice = await hall.notices.values(1)[0]
    #expect(notice.contains("was given up: it has read nothing for"))
    let gone = await hall.left.values(1)[0]
    #expect(gone.greeting.role == .bridge)
    // What was kept for it stayed near the mark, however much it asked for.
    let waiting = notice.split(separator: " ").compactMap { Int($0) }.max() ?? .max
    #expect(waiting < 2 << 20)
    other.ask(51)
    #expect(try await other.next()["id"] == 51)
  }

  @Test func `requests over the bound are not read until there is room`() async throws {
    let hall = try Hall(SocketLimits(connection: Connection.Limits(inFlight: 2)))
    let guest = try await hall.guest()
    for id in 1...10 { guest.ask(id, "wait") }
    _ = await hall.handler.started.values(2)
    hall.handler.gate.open()
    var seen: Set<JSONValue> = []
    for _ in 1...10 { seen.insert(try await guest.next()["id"] ?? .null) }
    #expect(seen.count == 10)
  }

  @Test func `one more than the limit is told so, and has a place when another has left`() async throws {
    let hall = try Hall(SocketLimits(connections: 1))
    let guest = try await hall.guest()
    guard case .refused(let reason) = await hall.visit() else { throw LocalSocketError(.failed, "it was let in") }
    #expect(reason == "1 clients are connected already, which is the limit (server.maxConnections)")
    guest.endInput()
    _ = await hall.left.values(1)
    guard case .linked(let link) = await hall.visit() else { throw LocalSocketError(.failed, "not let in") }
    close(link.descriptor)
  }

  @Test func `another user is refused`() async throws {
    let hall = try Hall(owner: geteuid() + 1)
    guard case .refused(let reason) = await hall.visit() else { throw LocalSocketError(.failed, "it was let in") }
    #expect(reason.contains("runs as user \(geteuid()), and this state directory is served for user \(geteuid() + 1)"))
  }

  @Test func `another protocol is refused by both sides, naming both versions`() async throws {
    let hall = try Hall()
    let visitor = Greeting(version: "9.9", role: .bridge, pid: 1, protocolNumber: 2)
    guard case .refused(let reason) = await hall.visit(visitor) else {
      throw LocalSocketError(.failed, "it was let in")
    }
    #expect(reason.contains("scr 9.9 speaks protocol 2 and scr 1 protocol 1"))
    #expect(await hall.notices.values(1)[0].contains("scr 1 speaks protocol 1 and scr 9.9 protocol 2"))
  }

  @Test func `who does not greet is told what to do, and who says nothing is let go`() async throws {
    var limits = SocketLimits()
    limits.greeting = .milliseconds(100)
    let hall = try Hall(limits)
    let client = Guest(try hall.folder.place.connect(patience: .seconds(1)))
    client.send(#"{"jsonrpc":"2.0","id":1,"method":"status"}"#)
    let answer = try await client.next()
    #expect(answer["scr"]?["refused"]?.stringValue?.contains("the first line must be a greeting") == true)
    let silent = Guest(try hall.folder.place.connect(patience: .seconds(1)))
    let farewell = try await silent.next()
    #expect(farewell["scr"]?["refused"]?.stringValue?.contains("no greeting came") == true)
    #expect(await silent.output.rest() == [])
  }

  @Test func `it stays until the last client has left, and then listens no more`() async throws {
    let hall = try Hall()
    let guest = try await hall.guest()
    let closed = Signal<Void>()
    let server = hall.server
    await withTaskGroup { group in
      group.addTask {
        await server.closeWhenIdle()
        closed.fire()
      }
      guest.ask(1)
      _ = try? await guest.next()
      #expect(closed.all.count == 0)
      guest.endInput()
      await group.waitForAll()
    }
    guard case .absent = await hall.visit() else { throw LocalSocketError(.failed, "somebody listens") }
    await server.end(within: .seconds(1))
  }

  @Test func `at the end what was written for a client may still be read`() async throws {
    let hall = try Hall()
    let guest = try await hall.guest()
    guest.ask(1)
    guest.ask(2, "wait")
    _ = await hall.handler.started.values(1)
    await hall.server.end(within: .seconds(5))
    #expect(await guest.output.rest().map { JSONValue(json: $0)["id"] } == [1])
    #expect(await hall.left.values(1).count == 1)
    #expect(hall.server.count == 0)
  }
}
