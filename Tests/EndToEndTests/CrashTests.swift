import Glibc
import SCRProtocol
import SCRTestSupport
import Testing

@Suite("kill -9 loses nothing and leaves nothing", .timeLimit(.minutes(2)))
struct CrashTests {
  private let place: TestPlace
  init() throws { place = try TestPlace() }

  @Test("the next start goes on from the last outcome: finished steps are not run again")
  func resume() async throws {
    let ledger = "\(place.path)/ledger"
    let configured = try place.fakeServer(["--ledger", ledger])
    let scr = try ScrProcess(["serve"] + configured, in: place)
    try await scr.ready("fake")
    scr.send(
      #"{"jsonrpc":"2.0","id":1,"method":"submit_task","params":{"plan":{"title":"L","steps":["#
        + #"{"id":"one","tool":"fake.append","arguments":{"line":"one"}},"#
        + #"{"id":"two","tool":"fake.append","needs":["one"],"arguments":{"line":"two","ms":60000}}]}}}"#)
    let id = try await scr.answer(to: 1)["result"]?["taskId"]?.stringValue ?? ""
    scr.send(#"{"jsonrpc":"2.0","id":2,"method":"stream","params":{"taskId":"\#(id)","since":0}}"#)
    _ = try await scr.frame { $0["params"]?["kind"] == "step.started" && $0["params"]?["stepId"] == "two" }
    scr.signal(SIGKILL)
    _ = await scr.end()

    let again = try ScrProcess(["serve"] + configured, in: place)
    again.send(#"{"jsonrpc":"2.0","id":1,"method":"stream","params":{"taskId":"\#(id)","since":0}}"#)
    _ = try await again.frame { frame in
      frame["params"]?["kind"] == "task.started" && (frame["params"]?["data"]?["epoch"]?.integerValue ?? 0) > 1
    }
    again.send(#"{"jsonrpc":"2.0","id":2,"method":"cancel_task","params":{"taskId":"\#(id)"}}"#)
    let task = try await again.answer(to: 2)["result"]
    #expect(task?["state"] == "cancelled")
    #expect(await again.finish().code == 0)
    let lines = try place.read("ledger").split(separator: "\n")
    #expect(lines.count { $0.hasPrefix("one ") } == 1)
    #expect(Set(lines.filter { $0.hasPrefix("two ") }).count <= 1)
  }

  @Test("no child survives, grandchildren included")
  func orphans() async throws {
    let scr = try ScrProcess(["serve"] + place.fakeServer(["--no-term"]), in: place)
    try await scr.ready("fake")
    scr.send(#"{"jsonrpc":"2.0","id":1,"method":"execute_tool","params":{"name":"fake.spawn"}}"#)
    let answer = try await scr.answer(to: 1)
    let grandchild = Int32(answer["result"]?["content"]?.arrayValue?.first?["text"]?.stringValue ?? "") ?? -1
    #expect(grandchild > 0)
    let children = ProcessTree.descendants(of: scr.pid)
    #expect(children.contains(grandchild))
    let handles = children.map { ProcessEnd(of: $0) }
    scr.signal(SIGKILL)
    _ = await scr.end()
    for handle in handles { await handle.wait() }
    #expect(children.filter { kill($0, 0) == 0 && !ProcessTree.isZombie($0) } == [])
  }
}
