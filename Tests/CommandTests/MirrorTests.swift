import Foundation
import SCRConnection
import SCRProtocol
import SCRRuntime
import Testing

@testable import SCRCommand

@Suite(.timeLimit(.minutes(1))) struct MirrorTests {
  private static let status = #"{"jsonrpc":"2.0","id":1,"method":"list_servers"}"#

  /// The files of the mirror, as their lines.
  private func files(_ folder: String) throws -> [[JSONValue]] {
    try FileManager.default.contentsOfDirectory(atPath: folder).sorted().map { name in
      try String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8).split(separator: "\n").map {
        try JSONParser.parse(String($0))
      }
    }
  }

  @Test func `what a host said and heard is recorded, for its owner alone`() async throws {
    try await Workshop.use { shop in
      let folder = "\(shop.path)/records/mirror"
      let (exit, answers) = try await Serving.run(
        [Self.status, "not json"], ["--mirror", folder], environment: ["SCR_STATE_DIR": ":memory:"])
      #expect(exit == .success && answers.count == 2)
      let lines = try #require(try files(folder).first)
      #expect(lines[0]["pipe"] == "host" && lines[0]["scr"] == .string(Version.text))
      #expect(
        lines.dropFirst().map { [$0["direction"], $0["line"]] } == [
          ["received", .string(Self.status)], ["received", "not json"],
          ["sent", .string(answers[0].jsonText)], ["sent", .string(answers[1].jsonText)],
        ])
      let name = try #require(try FileManager.default.contentsOfDirectory(atPath: folder).first)
      #expect(name.hasSuffix("-0-host.jsonl"))
      for (path, mode) in [("", 0o700), ("/\(name)", 0o600)] {
        let attributes = try FileManager.default.attributesOfItem(atPath: folder + path)
        #expect(attributes[.posixPermissions] as? Int == mode)
      }
    }
  }

  @Test func `secrets are masked, also as JSON writes them`() async throws {
    try await Workshop.use { shop in
      let folder = "\(shop.path)/mirror"
      let environment = ["SCR_STATE_DIR": ":memory:", "SOME_TOKEN": #"swordfish"and"more"#, "SCR_MIRROR_DIR": folder]
      let line =
        #"{"jsonrpc":"2.0","id":1,"method":"nothing","params":{"a":"swordfish\"and\"more","b":"sk-aaaaaaaaaaaaaaaaaaaaaaaa"}}"#
      _ = try await Serving.run([line], environment: environment)
      let text = try files(folder).joined().map(\.jsonText).joined()
      #expect(!text.contains("swordfish") && !text.contains("sk-aaaa"))
      #expect(text.contains("[masked 1]") && text.contains("[masked 2]"))
    }
  }

  @Test func `at its limit of bytes it ends and says so, and everything is served`() async throws {
    try await Workshop.use { shop in
      let folder = "\(shop.path)/mirror"
      let file = try shop.write("mirror: { dir: \(folder), maxBytes: 4096 }\n", to: "scr.yaml")
      let log = "\(shop.path)/log"
      let requests = (1...60).map { #"{"jsonrpc":"2.0","id":\#($0),"method":"list_servers"}"# }
      let (_, answers) = try await Serving.run(
        requests, ["--config", file, "--log-file", log], environment: ["SCR_STATE_DIR": ":memory:"])
      #expect(answers.count == 60)
      #expect(try files(folder)[0].last?["full"] == true)
      let names = try FileManager.default.contentsOfDirectory(atPath: folder)
      let size = try FileManager.default.attributesOfItem(atPath: "\(folder)/\(names[0])")[.size] as? Int
      #expect(try #require(size) <= 4096)
      #expect(try shop.text(of: "log").contains("has met its limit, mirror.maxBytes; nothing more is recorded"))
    }
  }

  @Test func `where it cannot be written everything is served, and the log says why once`() async throws {
    try await Workshop.use { shop in
      _ = try shop.write("a file", to: "taken")
      let (exit, answers) = try await Serving.run(
        [Self.status, Self.status.replacing(":1", with: ":2")],
        ["--mirror", "\(shop.path)/taken", "--log-file", "\(shop.path)/log"],
        environment: ["SCR_STATE_DIR": ":memory:"])
      #expect(exit == .success && answers.count == 2)
      let log = try shop.text(of: "log")
      #expect(log.split(separator: "cannot be written, and nothing more is recorded").count == 2)
    }
  }

  @Test func `entries are read as they are written`() throws {
    let at = try #require(Timestamp("2026-11-24T12:00:00.250Z"))
    let entries: [MirrorEntry] = [
      .opening(version: "1.2", pipe: "host", pid: 7, at: at), .frame(at: at, .received, line: "{}", length: nil),
      .frame(at: at, .sent, line: "{", length: 9), .lost(at: at, 3), .full(at: at),
    ]
    #expect(entries.map { MirrorEntry(json: $0.json) } == entries)
    for other: JSONValue in [[:], ["at": "now", "line": "x", "direction": "sent"], ["at": .string(at.description)], 1] {
      #expect(MirrorEntry(json: other) == nil)
    }
  }

  @Test func `a record tells what is missing in it, and another file is refused`() throws {
    let opening = #"{"mirror":1,"scr":"1","pipe":"host","pid":1,"at":"2026-11-24T12:00:00Z"}"#
    let frame = #"{"at":"2026-11-24T12:00:00Z","direction":"sent","line":"{}"}"#
    let whole = try MirrorRecord(Array("\(opening)\n\(frame)\n".utf8), "a")
    #expect(whole.frames == [MirrorRecord.Frame(place: 2, direction: .sent, line: "{}")] && whole.gap == nil)
    let torn = try MirrorRecord(Array("\(opening)\n\(frame)\n{\"at\":".utf8), "a")
    #expect(torn.frames.count == 1 && torn.gap == "its last line is torn")
    for (text, message) in [
      ("\(frame)\n", "a is no record of a mirror"), ("\(opening)\nx\n\(frame)\n", "a:2: this is no line of a mirror"),
      (opening.replacing("host", with: "files"), "a is the record of the tool server files"),
    ] {
      let failure = #expect(throws: CommandFailure.self) { try MirrorRecord(Array(text.utf8), "a") }
      #expect(failure?.message == message && failure?.exit == .usage)
    }
  }
}
