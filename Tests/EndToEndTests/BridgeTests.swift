import Glibc
import SCRConnection
import SCRProtocol
import SCRTestSupport
import Testing

@Suite("Several hosts on one state directory", .timeLimit(.minutes(2)))
struct BridgeTests {
  private let place: TestPlace
  init() throws { place = try TestPlace() }

  private func serve(_ more: [String] = [], _ environment: [String: String] = [:]) throws -> ScrProcess {
    try ScrProcess(["serve", "--state", place.state] + more, in: place, environment: environment)
  }

  /// A host whose first request is answered.
  private func host(_ more: [String] = [], _ environment: [String: String] = [:]) async throws -> ScrProcess {
    let scr = try serve(more, environment)
    scr.send(#"{"jsonrpc":"2.0","id":"hello","method":"list_servers"}"#)
    _ = try await scr.answer(to: "hello")
    return scr
  }

  private static func submit(_ id: Int, _ title: String, _ more: String = "") -> String {
    let step = #"{"id":"s","tool":"calculator","arguments":{"expression":"1+2"}}"#
    return
      #"{"jsonrpc":"2.0","id":\#(id),"method":"submit_task","params":{"plan":{"title":"\#(title)","steps":[\#(step)]}\#(more)}}"#
  }

  private func titles(_ scr: ScrProcess, _ id: Int) async throws -> Set<String> {
    scr.send(#"{"jsonrpc":"2.0","id":\#(id),"method":"list_tasks"}"#)
    let tasks = try await scr.answer(to: .init(id))["result"]?["tasks"]?.arrayValue
    return Set(tasks?.compactMap { $0["title"]?.stringValue } ?? [])
  }

  private var socket: String { "\(place.state)/scr.sock" }

  @Test("both submit and see each other's tasks; the first host may leave first")
  func twoHosts() async throws {
    let first = try await host()
    let second = try await host()
    #expect(try await second.note("bridging").contains("process \(first.pid) owns the state directory \(place.state)"))
    first.send(Self.submit(1, "One", #","wait":true"#))
    second.send(Self.submit(1, "Two", #","wait":true"#))
    #expect(try await first.answer(to: 1)["result"]?["state"] == "completed")
    #expect(try await second.answer(to: 1)["result"]?["state"] == "completed")
    #expect(try await titles(first, 2) == ["One", "Two"])
    first.closeInput()
    _ = try await first.note("the host has left; 1 other clients are served")
    second.send(Self.submit(3, "Three", #","wait":true"#))
    #expect(try await second.answer(to: 3)["result"]?["state"] == "completed")
    #expect(try await titles(second, 4) == ["One", "Two", "Three"])
    #expect(await second.finish().code == 0)
    #expect(await first.end().code == 0)
    #expect(access(socket, F_OK) != 0)
    #expect(try await titles(try await host(), 5) == ["One", "Two", "Three"])
  }

  @Test("the socket is this user's alone, and goes with its owner")
  func mode() async throws {
    let owner = try await host()
    var status = stat()
    #expect(stat(socket, &status) == 0)
    #expect(status.st_mode & S_IFMT == S_IFSOCK && status.st_mode & 0o777 == 0o600)
    owner.signal(SIGTERM)
    #expect(await owner.end().code == 0)
    #expect(access(socket, F_OK) != 0)
  }

  @Test("an owner that is killed ends its bridges with 5 and what was lost; the next one takes the task up")
  func killed() async throws {
    mkfifo("\(place.path)/gate", 0o600)
    let configured = try place.fakeServer(["--gate", "\(place.path)/gate"])
    let owner = try ScrProcess(["serve"] + configured, in: place)
    try await owner.ready("fake")
    let bridge = try ScrProcess(["serve"] + configured, in: place)
    bridge.send(#"{"jsonrpc":"2.0","id":"s","method":"stream","params":{"kinds":["step.started"]}}"#)
    bridge.send(
      #"{"jsonrpc":"2.0","id":1,"method":"submit_task","params":{"plan":{"title":"A","steps":[{"id":"a","tool":"fake.append","arguments":{"line":"x"}}]}}}"#
    )
    let task = try await bridge.answer(to: 1)["result"]?["taskId"]?.stringValue ?? ""
    _ = try await bridge.frame { $0["params"]?["kind"] == "step.started" }
    owner.signal(SIGKILL)
    _ = await owner.end()
    let end = await bridge.end()
    #expect(end.code == 5)
    #expect(end.stderr.contains("the connection to process \(owner.pid), which owned \(place.state), has ended"))
    #expect(end.stderr.contains(#"1 request got no answer ("s")"#))
    // Nothing of this stands on the wire.
    #expect(end.jsonLines.last?["params"]?["kind"] == "step.started")
    let gate = open("\(place.path)/gate", O_RDWR)
    defer { close(gate) }
    let next = try ScrProcess(["serve"] + configured, in: place)
    next.send(#"{"jsonrpc":"2.0","id":1,"method":"get_task","params":{"taskId":"\#(task)","wait":true}}"#)
    #expect(try await next.answer(to: 1)["result"]?["state"] == "completed")
    #expect(await next.finish().code == 0)
  }

  @Test("a bridge keeps the manners of stdio: answers come after the end of input, SIGTERM ends it in order")
  func manners() async throws {
    let owner = try await host()
    let piped = try await place.run(
      ["serve", "--state", place.state], input: Self.submit(1, "Piped", #","wait":true"#))
    #expect(piped.code == 0)
    #expect(piped.json["result"]?["state"] == "completed")
    let ended = try await host()
    ended.signal(SIGTERM)
    #expect(await ended.end().code == 0)
    // Neither touched the owner.
    #expect(try await titles(owner, 2) == ["Piped"])
    #expect(await owner.finish().code == 0)
  }

  @Test("SIGTERM ends an owner although others are connected, and what they submitted is kept")
  func terminated() async throws {
    let owner = try await host()
    let bridge = try await host()
    bridge.send(Self.submit(1, "Kept"))
    _ = try await bridge.answer(to: 1)
    owner.closeInput()
    _ = try await owner.note("the host has left")
    owner.signal(SIGTERM)
    #expect(await owner.end().code == 0)
    #expect(await bridge.end().code == 5)
    #expect(try await titles(try await host(), 1) == ["Kept"])
  }

  @Test("a client that does not read is let go, and nobody else notices before")
  func slowClient() async throws {
    let owner = try await host([], ["SCR_SERVER_STALLED_MS": "500"])
    let slow = try ScrProcess(["serve", "--state", place.state], in: place, reading: false)
    TestThread.start {
      for id in 1...200_000 { slow.send(#"{"jsonrpc":"2.0","id":\#(id),"method":"list_servers"}"#) }
    }
    let other = try await host()
    for id in 1...20 { #expect(try await titles(other, id) == []) }
    _ = try await owner.note("was given up: it has read nothing for")
    #expect(try await titles(other, 21) == [])
    slow.read()
    #expect(await slow.end().code == 5)
  }

  @Test("a path that is too long for an address works as any other")
  func longPath() async throws {
    let state = "\(place.state)/\(String(repeating: "long/", count: 30))state"
    #expect(state.utf8.count > 108)
    let owner = try ScrProcess(["serve", "--state", state], in: place)
    owner.send(Self.submit(1, "Far", #","wait":true"#))
    _ = try await owner.answer(to: 1)
    let end = try await place.run(
      ["connect", "--state", state], input: #"{"jsonrpc":"2.0","id":1,"method":"list_tasks"}"#)
    #expect(end.code == 0)
    #expect(end.json["result"]?["tasks"]?.arrayValue?.map { $0["title"] } == ["Far"])
    #expect(await owner.finish().code == 0)
  }

  @Test("twenty hosts that start at once have one owner, and all are served")
  func twenty() async throws {
    let hosts = try (1...20).map { _ in try serve() }
    for (number, scr) in hosts.enumerated() { scr.send(Self.submit(1, "T\(number)", #","wait":true"#)) }
    for scr in hosts { #expect(try await scr.answer(to: 1)["result"]?["state"] == "completed") }
    #expect(try await titles(hosts[7], 2).count == 20)
    hosts[3].send(#"{"jsonrpc":"2.0","id":3,"method":"status"}"#)
    let clients = try await hosts[3].answer(to: 3)["result"]?["clients"]?.arrayValue ?? []
    #expect(clients.map { $0["role"] } == ["host"] + Array(repeating: "bridge", count: 19))
    #expect(Set(clients.dropFirst().compactMap { $0["pid"] }).count == 19)
    for scr in hosts { scr.closeInput() }
    for scr in hosts { #expect(await scr.end().code == 0) }
    #expect(access(socket, F_OK) != 0)
  }

  @Test("between an owner that ends and the next one nobody falls into a gap")
  func succession() async throws {
    var current = [try await host()]
    var all = current
    for round in 1...6 {
      // They start while the ones before end.
      for scr in current { scr.closeInput() }
      let next = try (1...3).map { _ in try serve() }
      for (number, scr) in next.enumerated() { scr.send(Self.submit(1, "\(round).\(number)", #","wait":true"#)) }
      for scr in next { #expect(try await scr.answer(to: 1)["result"]?["state"] == "completed") }
      current = next
      // Some may be served by an owner of the round before, which stays for them.
      all += next
    }
    #expect(try await titles(current[0], 2).count == 18)
    for scr in current { scr.closeInput() }
    for scr in all { #expect(await scr.end().code == 0) }
  }

  @Test("one client more than the limit exits with 5 and is told why")
  func limit() async throws {
    let owner = try await host([], ["SCR_SERVER_MAX_CONNECTIONS": "1"])
    let bridge = try await host()
    let refused = try await place.run(["serve", "--state", place.state])
    #expect(refused.code == 5)
    #expect(refused.stderr.contains("1 clients are connected already, which is the limit"))
    #expect(await bridge.finish().code == 0)
    #expect(await owner.finish().code == 0)
  }

  @Test("what an owner was told otherwise counts, and the bridge says so")
  func differences() async throws {
    let owner = try await host(["--expose", "calculator"])
    let bridge = try await host()
    #expect(
      try await bridge.note("--expose")
        == "note: --expose is the owner's, calculator, and not everything that is allowed as given here")
    bridge.send(
      #"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"t","version":"1"}}}"#
    )
    bridge.send(#"{"jsonrpc":"2.0","id":2,"method":"tools/list"}"#)
    let tools = try await bridge.answer(to: 2)["result"]?["tools"]?.arrayValue
    #expect(tools?.map { $0["name"] } == ["calculator"])
    #expect(await bridge.finish().code == 0)
    #expect(await owner.finish().code == 0)
  }

  @Test("scr connect serves beside an owner, and says what to do where there is none")
  func connect() async throws {
    let nobody = try await place.run(["connect", "--state", place.state])
    #expect(nobody.code == 5)
    #expect(nobody.stderr.contains("nobody serves the state directory \(place.state)"))
    #expect(nobody.stderr.contains("scr serve"))
    #expect(nobody.stdout == [])
    let owner = try await host()
    let end = try await place.run(
      ["connect", "--state", place.state], input: #"{"jsonrpc":"2.0","id":1,"method":"status"}"#)
    #expect(end.code == 0)
    #expect(end.json["result"]?["clients"]?.arrayValue?.map { $0["role"] } == ["host", "bridge"])
    #expect(await owner.finish().code == 0)
  }
}
