import Glibc
import SCRProtocol
import Testing

@Suite("How scr serve ends", .timeLimit(.minutes(2)))
struct EndTests {
  private let place: TestPlace
  init() throws { place = try TestPlace() }

  private static func submit(_ id: Int, _ step: String, _ more: String = "") -> String {
    #"{"jsonrpc":"2.0","id":\#(id),"method":"submit_task","params":{"plan":{"title":"T\#(id)","steps":[\#(step)]}\#(more)}}"#
  }

  private static let hanging = #"{"id":"h","tool":"fake.hang"}"#
  private static func waiting(_ milliseconds: Int) -> String {
    #"{"id":"w","tool":"fake.wait","arguments":{"ms":\#(milliseconds)}}"#
  }

  @Test("SIGTERM ends it within 1.5 s, whatever its tool servers ignore")
  func sigterm() async throws {
    let scr = try ScrProcess(["serve"] + place.fakeServer(["--no-term"]), in: place)
    try await scr.ready("fake")
    scr.send(#"{"jsonrpc":"2.0","id":1,"method":"execute_tool","params":{"name":"fake.spawn"}}"#)
    _ = try await scr.answer(to: 1)
    scr.send(#"{"jsonrpc":"2.0","id":2,"method":"execute_tool","params":{"name":"fake.deafen"}}"#)
    _ = try await scr.answer(to: 2)
    scr.send(Self.submit(3, Self.hanging))
    _ = try await scr.answer(to: 3)
    let children = ProcessTree.descendants(of: scr.pid)
    #expect(children.count >= 2)
    let handles = children.map { ProcessEnd(of: $0) }
    let begin = ContinuousClock.now
    scr.signal(SIGTERM)
    #expect(await scr.end().code == 0)
    // Starting and reaping take time of their own on a loaded machine.
    #expect(ContinuousClock.now - begin < .milliseconds(2000))
    for handle in handles { await handle.wait() }
    #expect(children.filter { kill($0, 0) == 0 && !ProcessTree.isZombie($0) } == [])
  }

  @Test("at the end of input a native wait finishes")
  func waitFinishes() async throws {
    let end = try await place.run(
      ["serve"] + place.fakeServer(), input: Self.submit(1, Self.waiting(1700), #","wait":true"#))
    #expect(end.code == 0)
    #expect(end.json["result"]?["state"] == "completed")
  }

  @Test("or meets its timeoutMs, and the task stays")
  func waitTimesOut() async throws {
    let configured = try place.fakeServer()
    let end = try await place.run(
      ["serve"] + configured, input: Self.submit(1, Self.hanging, #","wait":true,"timeoutMs":300"#))
    #expect(end.code == 0)
    #expect(end.json["result"]?["timedOut"] == true)
    let id = end.json["result"]?["taskId"]?.stringValue ?? ""
    #expect(try await place.run(["tasks", "cancel", id] + configured).stdout == ["\(id) cancelled"])
  }

  @Test("a stream ends with its result")
  func stream() async throws {
    let scr = try ScrProcess(["serve", "--state", place.state], in: place)
    scr.send(#"{"jsonrpc":"2.0","id":"s","method":"stream","params":{}}"#)
    scr.send(Self.submit(1, #"{"id":"c","tool":"calculator","arguments":{"expression":"1"}}"#))
    let last = try await scr.frame { $0["params"]?["kind"] == "task.completed" }
    let end = await scr.finish()
    #expect(end.code == 0)
    #expect(end.jsonLines.last?["id"] == "s")
    let result = end.jsonLines.last?["result"]
    #expect(result?["dropped"] == 0)
    #expect((result?["nextSequence"]?.integerValue ?? 0) > last["params"]?["sequence"]?.integerValue ?? .max)
  }

  @Test("an MCP call in flight gets its grace, and no more")
  func grace() async throws {
    mkfifo("\(place.path)/gate", 0o600)
    let scr = try ScrProcess(["serve"] + place.fakeServer(["--gate", "\(place.path)/gate"]), in: place)
    try await scr.ready("fake")
    let meta =
      #""io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}"#
    for (id, call) in [
      #""name":"fake_append","arguments":{"line":"x"}"#, #""name":"fake_hang","arguments":{}"#,
    ].enumerated() {
      scr.send(
        #"{"jsonrpc":"2.0","id":\#(id),"method":"tools/call","params":{\#(call),"_meta":{"progressToken":\#(id),\#(meta)}}}"#
      )
    }
    _ = try await scr.frame { $0["params"]?["progressToken"] == 1 }
    scr.closeInput()
    let gate = open("\(place.path)/gate", O_RDWR)
    defer { close(gate) }
    let end = await scr.end()
    #expect(end.code == 0)
    #expect(end.jsonLines.compactMap { $0["id"] } == [0])
    #expect(end.jsonLines.last?["result"]?["isError"] == false)
  }

  @Test("kill -9 with 16 tasks queued and 4 running loses none")
  func killWithQueue() async throws {
    let (count, running) = (20, 4)
    mkfifo("\(place.path)/gate", 0o600)
    let configured = try place.fakeServer(["--ledger", "\(place.path)/ledger", "--gate", "\(place.path)/gate"])
    let few = ["SCR_RUNTIME_MAX_CONCURRENT_TASKS": "\(running)"]
    let scr = try ScrProcess(["serve"] + configured, in: place, environment: few)
    try await scr.ready("fake")
    scr.send(#"{"jsonrpc":"2.0","id":"s","method":"stream","params":{"kinds":["step.started"]}}"#)
    for id in 1...count {
      scr.send(Self.submit(id, #"{"id":"a","tool":"fake.append","arguments":{"line":"t\#(id)"}}"#))
    }
    var ids: [String] = []
    for id in 1...count { ids.append(try await scr.answer(to: .init(id))["result"]?["taskId"]?.stringValue ?? "") }
    var started: Set<String> = []
    while started.count < running {
      started.insert(
        try await scr.frame { frame in
          frame["params"]?["kind"] == "step.started" && !started.contains(frame["params"]?["taskId"]?.stringValue ?? "")
        }["params"]?["taskId"]?.stringValue ?? "")
    }
    scr.send(#"{"jsonrpc":"2.0","id":"q","method":"status"}"#)
    let tasks = try await scr.answer(to: "q")["result"]?["tasks"]
    #expect(tasks?["running"] == 4)
    #expect(tasks?["queued"] == 16)
    scr.signal(SIGKILL)
    _ = await scr.end()

    let gate = open("\(place.path)/gate", O_RDWR)
    defer { close(gate) }
    let again = try ScrProcess(["serve"] + configured, in: place, environment: few)
    for (place, id) in ids.enumerated() {
      again.send(
        #"{"jsonrpc":"2.0","id":\#(place),"method":"get_task","params":{"taskId":"\#(id)","wait":true}}"#)
    }
    for place in 0..<count {
      #expect(try await again.answer(to: .init(place))["result"]?["state"] == "completed")
    }
    #expect(await again.finish().code == 0)
    // Whatever ran twice did so under the key of its first intent.
    #expect(Set(try place.read("ledger").split(separator: "\n")).count == count)
  }
}
