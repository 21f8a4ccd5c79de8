import Glibc
import SCRProtocol
import SCRTestSupport
import Testing

@Suite("scr serve over its pipes", .timeLimit(.minutes(2)))
struct ServeTests {
  private let place: TestPlace
  init() throws { place = try TestPlace() }

  private func serve(_ arguments: [String] = [], reading: Bool = true) throws -> ScrProcess {
    try ScrProcess(["serve", "--state", place.state] + arguments, in: place, reading: reading)
  }

  private static let calculate =
    #"{"title":"Sum","steps":[{"id":"sum","tool":"calculator","arguments":{"expression":"1+2"}}],"#
    + #""result":"${steps.sum.structuredContent.result}"}"#

  @Test("a piped status request is answered, then the process ends with 0")
  func status() async throws {
    let scr = try serve()
    scr.send(#"{"jsonrpc":"2.0","id":1,"method":"status"}"#)
    let end = await scr.finish()
    #expect(end.code == 0)
    #expect(end.stdout.count == 1)
    #expect(JSONValue(json: end.stdout.first ?? "")["id"] == 1)
    #expect(JSONValue(json: end.stdout.first ?? "")["result"]?.objectValue != nil)
  }

  @Test("a piped submission with wait is answered when the task has ended, then the process ends")
  func submitAndWait() async throws {
    let scr = try serve()
    scr.send(#"{"jsonrpc":"2.0","id":"s","method":"submit_task","params":{"wait":true,"plan":\#(Self.calculate)}}"#)
    let end = await scr.finish()
    #expect(end.code == 0)
    #expect(end.stdout.count == 1)
    let task = JSONValue(json: end.stdout.first ?? "")["result"]
    #expect(task?["state"] == "completed")
    #expect(task?["result"] == 3)
  }

  @Test("every byte on stdout is protocol, whatever tool servers print")
  func purity() async throws {
    let scr = try ScrProcess(["serve"] + place.fakeServer(["--junk", "--flood"]), in: place)
    try await scr.ready("fake")
    scr.send(#"{"jsonrpc":"2.0","id":1,"method":"execute_tool","params":{"name":"fake.echo","arguments":{"a":1}}}"#)
    let end = await scr.finish()
    #expect(end.stdout.count == 1)
    #expect(end.json["result"]?["isError"] == false)
    #expect(end.code == 0)
  }

  @Test("malformed lines are answered, and the connection goes on")
  func malformed() async throws {
    let scr = try serve()
    scr.send("{\"jsonrpc\":\"2.0\",\"id\":1,")
    #expect(try await scr.frame(1)["error"]?["code"] == -32700)
    scr.send(#"{"jsonrpc":"2.0","id":2,"method":"no_such_method"}"#)
    #expect(try await scr.answer(to: 2)["error"]?["code"] == -32601)
    scr.send(#"{"jsonrpc":"2.0","id":3,"method":"ping"}"#)
    #expect(try await scr.answer(to: 3)["result"] == [:])
    #expect(await scr.finish().code == 0)
  }

  @Test("a frame of 10 MiB passes, one of 20 MiB is refused while it arrives, and the connection goes on")
  func bigFrames() async throws {
    let scr = try serve()
    let text = String(repeating: "x", count: 10 << 20)
    scr.send(
      #"{"jsonrpc":"2.0","id":1,"method":"execute_tool","params":{"name":"calculator","arguments":{"expression":"1+1"},"_meta":{"pad":"\#(text)"}}}"#
    )
    #expect(try await scr.answer(to: 1)["result"]?["isError"] == false)
    scr.send(#"{"jsonrpc":"2.0","id":2,"method":"status","params":{"pad":"\#(text + text)"}}"#)
    let refused = try await scr.answer(to: 2)
    #expect(refused["error"]?["data"]?["kind"] == "too_large")
    scr.send(#"{"jsonrpc":"2.0","id":3,"method":"ping"}"#)
    #expect(try await scr.answer(to: 3)["result"] == [:])
    #expect(await scr.finish().code == 0)
  }

  @Test("a client that does not read for a while gets every answer in the end")
  func slowReader() async throws {
    let scr = try serve(reading: false)
    let count = 20_000
    TestThread.start {
      for id in 1...count { scr.send(#"{"jsonrpc":"2.0","id":\#(id),"method":"ping"}"#) }
      scr.closeInput()
    }
    scr.read()
    let end = await scr.end()
    #expect(end.code == 0)
    #expect(end.stdout.count == count)
  }

  @Test("SIGTERM ends it in order, with the accepted task kept")
  func sigterm() async throws {
    let configured = try place.fakeServer()
    let scr = try ScrProcess(["serve"] + configured, in: place)
    try await scr.ready("fake")
    scr.send(
      #"{"jsonrpc":"2.0","id":1,"method":"submit_task","params":{"plan":{"title":"W","steps":[{"id":"w","tool":"fake.hang"}]}}}"#
    )
    let id = try await scr.answer(to: 1)["result"]?["taskId"]
    scr.signal(SIGTERM)
    #expect(await scr.end().code == 0)
    let again = try ScrProcess(["serve"] + configured, in: place)
    again.send(#"{"jsonrpc":"2.0","id":1,"method":"get_task","params":{"taskId":\#(id?.jsonText ?? "")}}"#)
    let state = try await again.answer(to: 1)["result"]?["state"]?.stringValue
    #expect(["queued", "running", "waiting"].contains(state))
    again.signal(SIGKILL)
    _ = await again.end()
  }

  @Test("a closed stdout ends it")
  func closedOutput() async throws {
    let scr = try ScrProcess(["serve", "--state", place.state], in: place)
    scr.send(#"{"jsonrpc":"2.0","id":1,"method":"ping"}"#)
    _ = try await scr.answer(to: 1)
    #expect(await scr.finish().code == 0)
  }

  @Test("a state directory that cannot be used is told of, with exit code 5")
  func unusableState() async throws {
    try place.write("file", "not a folder")
    let end = await (try ScrProcess(["serve", "--state", "\(place.path)/file"], in: place)).finish()
    #expect(end.code == 5)
    #expect(end.stderr.contains("\(place.path)/file"))
    #expect(end.stdout == [])
  }
}
