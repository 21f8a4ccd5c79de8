import FoundationEssentials
import Glibc
import SCRProtocol
import Testing

@Suite("What leaves the process", .timeLimit(.minutes(2)))
struct SecurityTests {
  private let place: TestPlace
  init() throws { place = try TestPlace() }

  @Test("a tool server gets what is allowed and what its entry declares, and none of our secrets")
  func environment() async throws {
    let configured = try place.fakeServer(more: ["env": ["DECLARED": "yes", "PASSED_ON": ["env": "OUR_TOKEN"]]])
    let scr = try ScrProcess(
      ["serve"] + configured, in: place,
      environment: [
        "OPENAI_API_KEY": "s3cret-1", "SOMETHING_ELSE": "s3cret-2", "LC_TIME": "C", "OUR_TOKEN": "handed-over",
        "HTTPS_PROXY": "http://me:s3cret-3@proxy.example:8080",
      ])
    try await scr.ready("fake")
    scr.send(#"{"jsonrpc":"2.0","id":1,"method":"execute_tool","params":{"name":"fake.environment"}}"#)
    let answer = try await scr.answer(to: 1)
    let text = answer["result"]?["content"]?.arrayValue?.first?["text"]?.stringValue ?? ""
    var variables: [String: String] = [:]
    for line in text.split(separator: "\n") {
      let parts = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      variables[String(parts[0])] = String(parts.last ?? "")
    }
    var expected = place.environment
    expected["LC_TIME"] = "C"
    expected["HTTPS_PROXY"] = "http://proxy.example:8080"
    expected["DECLARED"] = "yes"
    expected["PASSED_ON"] = "handed-over"
    // Random, so that it tells nobody anything; the next owner finds by it what a kill left over.
    let mark = variables.removeValue(forKey: "SCR_CHILD_OF")
    #expect(mark?.wholeMatch(of: /[0-9a-f]{32}-[0-9]+\./) != nil)
    #expect(variables == expected)
    #expect(await scr.finish().code == 0)
  }

  @Test("nobody else can read the state directory")
  func modes() async throws {
    let state = "\(place.path)/fresh/state"
    let end = try await place.run(
      ["serve", "--state", state], input: #"{"jsonrpc":"2.0","id":1,"method":"status"}"#)
    #expect(end.code == 0)
    #expect(Self.mode(state) == 0o700)
    let files = try FileManager.default.contentsOfDirectory(atPath: state)
    #expect(Set(files).isSuperset(of: ["scr.sqlite", "memory.sqlite", "lock"]))
    for file in files {
      let mode = Self.mode("\(state)/\(file)")
      #expect(mode == 0o600 || mode == 0o700, "\(file) has mode \(String(mode, radix: 8))")
    }
  }

  @Test("with the widest umask, too, and a running owner's files are as closed")
  func modesWhileRunning() async throws {
    let state = "\(place.path)/fresh"
    let scr = try ScrProcess(["serve", "--state", state], in: place)
    scr.send(
      #"{"jsonrpc":"2.0","id":1,"method":"submit_task","params":{"wait":true,"plan":{"title":"S","steps":[{"id":"s","tool":"calculator","arguments":{"expression":"1"}}]}}}"#
    )
    #expect(try await scr.answer(to: 1)["result"]?["state"] == "completed")
    for file in try FileManager.default.contentsOfDirectory(atPath: state) {
      #expect(Self.mode("\(state)/\(file)") & 0o077 == 0, "\(file)")
    }
    #expect(await scr.finish().code == 0)
  }

  private static func mode(_ path: String) -> mode_t {
    var status = stat()
    return lstat(path, &status) == 0 ? status.st_mode & 0o777 : 0
  }

  @Test("stdout of a protocol command holds nothing but protocol", arguments: ["trace", "info"])
  func purity(_ level: String) async throws {
    let configured = try place.fakeServer(["--junk", "--flood"])
    let scr = try ScrProcess(["serve", "--log-level", level] + configured, in: place)
    try await scr.ready("fake")
    scr.send(#"{"jsonrpc":"2.0","id":1,"method":"execute_tool","params":{"name":"fake.echo"}}"#)
    scr.send("not json")
    scr.send(#"{"jsonrpc":"2.0","id":2,"method":"status"}"#)
    let served = await scr.finish()
    #expect(served.stdout.count == 3)
    #expect(served.jsonLines.allSatisfy { $0["jsonrpc"] == "2.0" })
    let files = try await place.run(
      ["mcp", "filesystem", "--root", "."], input: "not json\n{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}")
    #expect(files.stdout.count == 2)
    #expect(files.jsonLines.allSatisfy { $0["jsonrpc"] == "2.0" })
  }

  @Test("a protocol command that cannot start says so on stderr alone")
  func failingStart() async throws {
    try place.write("bad.yaml", "queue: { maxSiz: 5 }\n")
    let serve = try await place.run(["serve", "--config", "bad.yaml"])
    #expect(serve.code == 2)
    #expect(serve.stdout == [])
    #expect(serve.stderr.contains("queue.maxSiz"))
    let files = try await place.run(["mcp", "filesystem", "--root", "missing"])
    #expect(files.code == 2)
    #expect(files.stdout == [])
    #expect(files.stderr.contains("missing"))
  }
}
