import Glibc
import SCRProtocol
import Testing

@Suite("Signals of scr serve", .timeLimit(.minutes(2)))
struct SignalTests {
  private let place: TestPlace
  init() throws { place = try TestPlace() }

  private static func submit(_ id: Int, _ step: String) -> String {
    #"{"jsonrpc":"2.0","id":\#(id),"method":"submit_task","params":{"plan":{"title":"T","steps":[\#(step)]}}}"#
  }

  private static let sum = #"{"id":"s","tool":"calculator","arguments":{"expression":"1"}}"#
  private static let append = #"{"id":"a","tool":"fake.append","arguments":{"line":"x"}}"#

  /// With a step that waits at a gate, and a drain that lasts as long as any test.
  private func holding(drainMs: Int = 50_000) async throws -> (scr: ScrProcess, task: String, configured: [String]) {
    mkfifo("\(place.path)/gate", 0o600)
    let configured = try place.fakeServer(["--gate", "\(place.path)/gate"])
    let scr = try ScrProcess(
      ["serve"] + configured, in: place, environment: ["SCR_SERVER_DRAIN_MS": "\(drainMs)"])
    try await scr.ready("fake")
    scr.send(#"{"jsonrpc":"2.0","id":"s","method":"stream","params":{"kinds":["step.started"]}}"#)
    scr.send(Self.submit(1, Self.append))
    let task = try await scr.answer(to: 1)["result"]?["taskId"]?.stringValue ?? ""
    _ = try await scr.frame { $0["params"]?["kind"] == "step.started" }
    return (scr, task, configured)
  }

  @Test("SIGTERM takes nothing new, lets what runs end, and exits with 0")
  func drains() async throws {
    let (scr, task, configured) = try await holding()
    scr.signal(SIGTERM)
    _ = try await scr.note("stopping")
    scr.send(Self.submit(2, Self.sum))
    #expect(try await scr.answer(to: 2)["error"]?["data"]?["kind"] == "shutting_down")
    scr.send(#"{"jsonrpc":"2.0","id":3,"method":"execute_tool","params":{"name":"fake.echo"}}"#)
    #expect(try await scr.answer(to: 3)["error"]?["data"]?["kind"] == "shutting_down")
    let gate = open("\(place.path)/gate", O_RDWR)
    defer { close(gate) }
    #expect(await scr.end().code == 0)
    let shown = try await place.run(["tasks", "show", task, "--json"] + configured)
    #expect(shown.json["state"] == "completed")
  }

  @Test("what does not end in time goes back to the queue, and no attempt is counted")
  func interrupted() async throws {
    let (scr, task, configured) = try await holding(drainMs: 400)
    scr.signal(SIGINT)
    #expect(await scr.end().code == 0)
    let shown = try await place.run(["tasks", "show", task, "--json"] + configured)
    #expect(shown.json["state"] == "queued")
    let gate = open("\(place.path)/gate", O_RDWR)
    defer { close(gate) }
    let again = try ScrProcess(["serve"] + configured, in: place)
    again.send(#"{"jsonrpc":"2.0","id":1,"method":"get_task","params":{"taskId":"\#(task)","wait":true}}"#)
    #expect(try await again.answer(to: 1)["result"]?["state"] == "completed")
    #expect(await again.finish().code == 0)
  }

  @Test("a second one ends it at once", arguments: [(SIGTERM, 143), (SIGINT, 130)] as [(Int32, Int32)])
  func second(_ number: Int32, _ code: Int32) async throws {
    let (scr, _, _) = try await holding()
    scr.signal(number)
    _ = try await scr.note("stopping")
    scr.signal(number)
    #expect(await scr.end().code == code)
  }

  @Test("SIGHUP is no second one, and none at all while it serves")
  func hangUp() async throws {
    let (scr, _, _) = try await holding()
    scr.signal(SIGHUP)
    _ = try await scr.note("nothing is different")
    scr.signal(SIGTERM)
    _ = try await scr.note("stopping")
    scr.signal(SIGHUP)
    scr.send(Self.submit(2, Self.sum))
    #expect(try await scr.answer(to: 2)["error"]?["data"]?["kind"] == "shutting_down")
    scr.signal(SIGTERM)
    #expect(await scr.end().code == 143)
  }
}
