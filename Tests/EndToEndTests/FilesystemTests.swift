import FoundationEssentials
import Glibc
import SCRProtocol
import Testing

@Suite("scr mcp filesystem over its pipes", .timeLimit(.minutes(2)))
struct FilesystemTests {
  private let place: TestPlace

  init() throws {
    place = try TestPlace()
    try place.write("folder/a.txt", "A\n")
    try place.write("secret.txt", "hidden")
    symlink("../secret.txt", "\(place.path)/folder/link")
  }

  private static let meta =
    #""_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}"#

  private func start(_ more: String...) throws -> ScrProcess {
    try ScrProcess(["mcp", "filesystem", "--root", "folder"] + more, in: place)
  }

  @Test("the modern era needs no handshake")
  func modern() async throws {
    let scr = try start()
    scr.send(
      #"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"read_text_file","arguments":{"path":"a.txt"},\#(Self.meta)}}"#
    )
    let result = try await scr.answer(to: 1)["result"]
    #expect(result?["resultType"] == "complete")
    #expect(result?["structuredContent"] == ["content": "A\n"])
    scr.send(#"{"jsonrpc":"2.0","id":2,"method":"tools/list","params":{\#(Self.meta)}}"#)
    let tools = try await scr.answer(to: 2)["result"]?["tools"]?.arrayValue?.map { $0["name"] }
    #expect(tools?.contains("read_text_file") == true)
    #expect(tools?.contains("write_file") == false)
    let end = await scr.finish()
    #expect(end.code == 0)
    #expect(end.stdout.count == 2)
  }

  @Test("the legacy era has its own shape", arguments: ["2024-11-05", "2025-11-25"])
  func legacy(_ revision: String) async throws {
    let scr = try start("--allow-writes")
    scr.send(
      #"{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"\#(revision)","capabilities":{},"clientInfo":{"name":"t","version":"1"}}}"#
    )
    #expect(try await scr.answer(to: 0)["result"]?["protocolVersion"]?.stringValue == revision)
    scr.send(#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#)
    scr.send(
      #"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"write_file","arguments":{"path":"b.txt","content":"B"}}}"#
    )
    let result = try await scr.answer(to: 1)["result"]
    #expect(result?["isError"] == false)
    #expect(result?["resultType"] == nil)
    #expect(try place.read("folder/b.txt") == "B")
    #expect(await scr.finish().code == 0)
  }

  @Test(
    "nothing outside its root is reached",
    arguments: ["../secret.txt", "link", "/etc/passwd", "a.txt/../../secret.txt", "./../secret.txt"])
  func escape(_ path: String) async throws {
    let scr = try start("--allow-writes")
    for (id, call) in [
      #""name":"read_text_file","arguments":{"path":"\#(path)"}"#,
      #""name":"write_file","arguments":{"path":"\#(path)","content":"taken over"}"#,
    ].enumerated() {
      scr.send(#"{"jsonrpc":"2.0","id":\#(id),"method":"tools/call","params":{\#(call),\#(Self.meta)}}"#)
      let answer = try await scr.answer(to: .init(id))
      #expect(answer["result"]?["isError"] == true)
      #expect(!answer.jsonText.contains("hidden"))
    }
    #expect(await scr.finish().code == 0)
    #expect(try place.read("secret.txt") == "hidden")
  }

  @Test("scr serve has it without any configuration, read-only and confined to the working directory")
  func builtIn() async throws {
    let scr = try ScrProcess(["serve", "--state", place.state], in: place)
    for (id, call) in [
      #""name":"filesystem.read_text_file","arguments":{"path":"folder/a.txt"}"#,
      #""name":"filesystem.read_text_file","arguments":{"path":"/etc/passwd"}"#,
      #""name":"filesystem.write_file","arguments":{"path":"c.txt","content":"C"}"#,
    ].enumerated() {
      scr.send(#"{"jsonrpc":"2.0","id":\#(id),"method":"execute_tool","params":{\#(call)}}"#)
    }
    #expect(try await scr.answer(to: 0)["result"]?["structuredContent"] == ["content": "A\n"])
    #expect(try await scr.answer(to: 1)["result"]?["isError"] == true)
    #expect(try await scr.answer(to: 2)["error"]?["data"]?["kind"] == "not_found")
    #expect(await scr.finish().code == 0)
  }
}
