import Glibc
import SCRProtocol
import Testing

@Suite("Processes that a kill left over", .timeLimit(.minutes(2)))
struct LeftoverTests {
  private let place: TestPlace
  init() throws { place = try TestPlace() }

  /// A tool server with a grandchild: its guard's, its own and the grandchild's number.
  private func family(_ scr: ScrProcess) async throws -> (guardian: Int32, server: Int32, sleeper: Int32) {
    try await scr.ready("fake")
    scr.send(#"{"jsonrpc":"2.0","id":"f","method":"execute_tool","params":{"name":"fake.spawn"}}"#)
    let text = try await scr.answer(to: "f")["result"]?["content"]?.arrayValue?.first?["text"]?.stringValue
    let sleeper = try #require(text.flatMap { Int32($0) })
    let server = try #require(ProcessTree.parent(of: sleeper))
    return (try #require(ProcessTree.parent(of: server)), server, sleeper)
  }

  @Test("the next owner ends them, says so, and then starts its tool servers")
  func swept() async throws {
    let configured = try place.fakeServer()
    let scr = try ScrProcess(["serve"] + configured, in: place)
    let (guardian, _, sleeper) = try await family(scr)
    let end = ProcessEnd(of: sleeper)
    // Stopped, so that it cannot see to what its guard left.
    scr.signal(SIGSTOP)
    kill(guardian, SIGKILL)
    scr.signal(SIGKILL)
    _ = await scr.end()
    #expect(kill(sleeper, 0) == 0)

    let again = try ScrProcess(["serve"] + configured, in: place)
    again.send(#"{"jsonrpc":"2.0","id":1,"method":"stream","params":{"since":0,"kinds":["process.swept"]}}"#)
    let told = try await again.frame { $0["params"]?["kind"] == "process.swept" }["params"]?["data"]
    #expect(told == ["pid": .init(Int(sleeper)), "name": "sleep", "outcome": "terminated"])
    await end.wait()
    try await again.ready("fake")
    #expect(try await again.note("an earlier run left was ended").contains("pid=\(sleeper)"))
    #expect(await again.finish().code == 0)
    // Nothing is left over by an orderly end, so there is nothing to look for.
    #expect(access("\(place.state)/children", F_OK) != 0)
  }

  @Test("a guard that is killed takes nothing with it that stays: all is ended, and the server comes back")
  func guardKilled() async throws {
    let scr = try ScrProcess(["serve"] + place.fakeServer(), in: place)
    let (guardian, server, sleeper) = try await family(scr)
    let ends = [ProcessEnd(of: server), ProcessEnd(of: sleeper)]
    kill(guardian, SIGKILL)
    for end in ends { await end.wait() }
    _ = try await scr.note("tool server fake is restarting")
    scr.send(#"{"jsonrpc":"2.0","id":2,"method":"execute_tool","params":{"name":"fake.echo"}}"#)
    #expect(try await scr.answer(to: 2)["result"]?["isError"] == false)
    #expect(await scr.finish().code == 0)
  }

  @Test("nothing is written down where nothing is kept")
  func ephemeral() async throws {
    let configured = try place.fakeServer().dropLast(2) + ["--state", ":memory:"]
    let scr = try ScrProcess(["serve"] + configured, in: place)
    try await scr.ready("fake")
    scr.send(#"{"jsonrpc":"2.0","id":1,"method":"execute_tool","params":{"name":"fake.environment"}}"#)
    #expect(try await scr.answer(to: 1).jsonText.contains("SCR_CHILD_OF") == false)
    #expect(await scr.finish().code == 0)
    #expect(access("\(place.state)/children", F_OK) != 0)
  }
}
