import Glibc
import SCRProtocol
import SCRTestSupport
import Testing

@Suite("A task at a tool server is a durable child of its step", .timeLimit(.minutes(2)))
struct RemoteTaskTests {
  private let place: TestPlace
  init() throws { place = try TestPlace() }

  @Test("after kill -9 the next start asks for the task and does not call again")
  func resume() async throws {
    let configured = try place.fakeServer(
      ["--tasks", "\(place.path)/tasks", "--task-gate", "\(place.path)/gate"])
    let scr = try ScrProcess(["serve"] + configured, in: place)
    try await scr.ready("fake")
    scr.send(
      #"{"jsonrpc":"2.0","id":1,"method":"submit_task","params":{"plan":{"title":"J","steps":["#
        + #"{"id":"job","tool":"fake.job","onUnknownOutcome":"fail"}],"result":"${steps.job.text}"}}}"#)
    let id = try await scr.answer(to: 1)["result"]?["taskId"]?.stringValue ?? ""
    // Once it was asked for, it had been written down.
    scr.send(
      #"{"jsonrpc":"2.0","id":2,"method":"execute_tool","params":{"name":"fake.await","arguments":"#
        + #"{"method":"tasks/get","count":2}}}"#)
    #expect(try await scr.answer(to: 2)["result"] != nil)
    scr.signal(SIGKILL)
    _ = await scr.end()

    try place.write("gate", "")
    let again = try ScrProcess(["serve"] + configured, in: place)
    again.send(#"{"jsonrpc":"2.0","id":1,"method":"stream","params":{"taskId":"\#(id)","since":0}}"#)
    let end = try await again.frame { $0["params"]?["kind"]?.stringValue?.hasPrefix("task.completed") == true }
    #expect(end["params"]?["taskId"]?.stringValue == id)
    _ = await again.finish()
    let records = try place.read("tasks").split(separator: "\n").map { JSONValue(json: String($0)) }
    #expect(Set(records.map { $0["taskId"] }).count == 1)
  }
}
