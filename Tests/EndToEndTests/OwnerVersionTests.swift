import Glibc
import SCRConnection
import SCRProtocol
import SCRTestSupport
import Testing

/// An owner of another version: it has the lock and a socket, and answers everything with its version.
private final class FakeOwner: Sendable {
  private let server: SocketServer
  private let lock: Int32

  init(_ place: TestPlace, _ greeting: Greeting) throws {
    lock = open("\(place.state)/lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    #expect(flock(lock, LOCK_EX | LOCK_NB) == 0)
    server = try SocketServer(
      LocalListener.open(at: LocalSocketPlace(directory: place.state)), greeting: greeting, limits: SocketLimits(),
      hooks: SocketHooks(handler: { _ in Answering(version: greeting.version) }))
    server.start()
  }

  func end() async {
    await server.end(within: .seconds(5))
    close(lock)
  }

  private struct Answering: ConnectionHandler {
    let version: String

    func receive(_ request: IncomingRequest, on connection: Connection, output: inout JSONWriter) -> Disposition {
      output.response(request.id) { $0.value(.string(version)) }
      return .answered
    }

    func receive(_ notification: IncomingNotification, on connection: Connection) {}
  }
}

@Suite("An owner of another version", .timeLimit(.minutes(1)))
struct OwnerVersionTests {
  private let place: TestPlace
  init() throws { place = try TestPlace() }

  @Test("that speaks the same protocol is bridged to, with a warning")
  func sameProtocol() async throws {
    let owner = try FakeOwner(place, Greeting(version: "9.9.9", role: .owner, pid: getpid()))
    let end = try await place.run(
      ["serve", "--state", place.state], input: #"{"jsonrpc":"2.0","id":1,"method":"status"}"#)
    #expect(end.code == 0)
    #expect(end.json["result"] == "9.9.9")
    #expect(end.stderr.contains("warning: the owner is scr 9.9.9 and this is scr"))
    await owner.end()
  }

  @Test("that speaks another one is refused with 5, both versions and what to do", arguments: ["serve", "connect"])
  func otherProtocol(_ command: String) async throws {
    let owner = try FakeOwner(
      place, Greeting(version: "9.9.9", role: .owner, pid: getpid(), protocolNumber: 77))
    let end = try await place.run(
      [command, "--state", place.state], input: #"{"jsonrpc":"2.0","id":1,"method":"status"}"#)
    #expect(end.code == 5)
    #expect(end.stdout == [])
    #expect(end.stderr.contains("speaks protocol 1 and scr 9.9.9 protocol 77"))
    #expect(end.stderr.contains("end the owner or use the same scr as it does"))
    await owner.end()
  }

  @Test("a client of another protocol is refused by a real owner, with its reason")
  func otherClient() async throws {
    let owner = try ScrProcess(["serve", "--state", place.state], in: place)
    owner.send(#"{"jsonrpc":"2.0","id":1,"method":"ping"}"#)
    _ = try await owner.answer(to: 1)
    let socket = LocalSocketPlace(directory: place.state)
    let outcome = await withCheckedContinuation { continuation in
      TestThread.start {
        continuation.resume(
          returning: OwnerLink.open(
            socket, greeting: Greeting(version: "9.9.9", role: .bridge, pid: 1, protocolNumber: 77),
            patience: .seconds(20)))
      }
    }
    guard case .refused(let reason) = outcome else {
      Issue.record("it was let in")
      return
    }
    #expect(reason.contains("scr 9.9.9 speaks protocol 77 and scr"))
    #expect(reason.contains("process \(owner.pid)"))
    _ = try await owner.note("a connection was refused: scr")
    #expect(await owner.finish().code == 0)
  }
}
