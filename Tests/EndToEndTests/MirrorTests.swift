import FoundationEssentials
import SCRProtocol
import Testing

@Suite("scr serve --mirror and scr replay", .timeLimit(.minutes(2)))
struct MirrorTests {
  private let place: TestPlace
  init() throws { place = try TestPlace() }

  private static func request(_ id: Int, _ method: String, _ params: String) -> String {
    #"{"jsonrpc":"2.0","id":\#(id),"method":"\#(method)","params":\#(params)}"#
  }

  /// A conversation in which the second request names what the first answer gave.
  private func record() async throws -> String {
    let folder = "\(place.path)/mirror"
    let config = """
      mcp: { servers: { fake: { command: \(place.fakeServerPath), env: { FAKE_KEY: "not for others" } } } }
      """
    try place.write("scr.yaml", config)
    let scr = try ScrProcess(
      ["serve", "--state", ":memory:", "--config", "scr.yaml", "--mirror", folder], in: place)
    try await scr.ready("fake")
    let plan = #"{"title":"Sum","steps":[{"id":"sum","tool":"calculator","arguments":{"expression":"1 + 2"}}]}"#
    scr.send(Self.request(1, "submit_task", #"{"wait":true,"plan":\#(plan)}"#))
    let id = try #require(try await scr.answer(to: 1)["result"]?["taskId"]?.stringValue)
    scr.send(Self.request(2, "get_task", #"{"taskId":"\#(id)"}"#))
    _ = try await scr.answer(to: 2)
    scr.send(Self.request(3, "execute_tool", #"{"name":"calculator","arguments":{"expression":"6 * 7"}}"#))
    _ = try await scr.answer(to: 3)
    #expect(await scr.finish().code == 0)
    return folder
  }

  private func files(_ folder: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder).sorted().map { "\(folder)/\($0)" }
  }

  @Test func `a record of the host is played again and is the same; one that was changed is not`() async throws {
    let files = try files(try await record())
    let host = try #require(files.first { $0.hasSuffix("-host.jsonl") })
    let server = try #require(files.first { $0.hasSuffix("-fake.jsonl") })
    let text = try String(contentsOfFile: server, encoding: .utf8)
    #expect(text.contains(#"\"method\":\"tools/list\""#) && !text.contains("not for others"))

    let same = try await place.run(["replay", host, "--json"])
    #expect(same.code == 0, "\(same.stdout) \(same.stderr)")
    #expect(same.json["same"] == true && same.json["sent"] == 3 && same.json["compared"] == 3)

    let changed = try String(contentsOfFile: host, encoding: .utf8).replacing(
      #"\"text\":\"42\""#, with: #"\"text\":\"43\""#)
    try place.write("changed.jsonl", changed)
    let different = try await place.run(["replay", "changed.jsonl"])
    #expect(different.code == 1)
    #expect(
      different.stdout == [
        #"changed.jsonl:7: answer to 3: .result.content[0].text is "42", expected "43""#,
        "3 messages sent, 3 compared: 1 differences",
      ])
    #expect(try await place.run(["replay", server]).code == 2)
    #expect(try await place.run(["replay", "nothing.jsonl"]).code == 2)
  }

  @Test func `another build is named with what it does not answer and what it says beyond`() async throws {
    let host = try #require(try files(try await record()).first { $0.hasSuffix("-host.jsonl") })
    let end = try await place.run([
      "replay", host, "--against", #"read line; echo '{"jsonrpc":"2.0","id":9,"result":{}}'; cat > /dev/null"#,
      "--timeout", "2s", "--json",
    ])
    #expect(end.code == 1)
    #expect(
      end.json["differences"] == [
        ["line": 3, "message": "there is no answer to 1"], ["line": 5, "message": "there is no answer to 2"],
        ["line": 7, "message": "there is no answer to 3"],
        ["message": #"beyond the record came {"jsonrpc":"2.0","id":9,"result":{}}"#],
      ])
  }
}
