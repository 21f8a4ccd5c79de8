import Foundation
import MCPServer
import SCRProtocol
import Testing

@testable import FilesystemServer

@Suite("Writing files", .timeLimit(.minutes(1)))
struct WritingTests {
  @Test("a new file is created, an existing one replaced, and nothing else is left behind")
  func write() async throws {
    let tree = try TemporaryTree().write("sub/keep", "")
    let tools = try tree.tools(writes: true)
    #expect(
      try await tools.call("write_file", ["path": "sub/a.txt", "content": "Grüße"])
        == .expected(
          "Successfully wrote to sub/a.txt", ["path": "sub/a.txt", "size": 7, "created": true]))
    #expect(tree.content("sub/a.txt") == "Grüße")
    let absolute = tree.path("sub/a.txt")
    #expect(
      try await tools.call("write_file", ["path": .string(absolute), "content": ""])
        == .expected(
          "Successfully wrote to \(absolute)", ["path": "sub/a.txt", "size": 0, "created": false]))
    #expect(tree.content("sub/a.txt") == "")
    #expect(try FileManager.default.contentsOfDirectory(atPath: tree.path("sub")).sorted() == ["a.txt", "keep"])
  }

  @Test("an existing file keeps its mode; a new one gets what the umask leaves")
  func mode() async throws {
    let tree = try TemporaryTree().write("run.sh", "old").write("plain", "")
    chmod(tree.path("run.sh"), 0o751)
    let tools = try tree.tools(writes: true)
    _ = try await tools.call("write_file", ["path": "run.sh", "content": "new"])
    _ = try await tools.call("write_file", ["path": "fresh", "content": "new"])
    func mode(_ name: String) throws -> UInt32 {
      try FileInfo(of: name, in: try RootedDirectory(tree.root).handle, path: name).permissions
    }
    #expect(try mode("run.sh") == 0o751)
    #expect(tree.content("run.sh") == "new")
    // Foundation made "plain" by the same umask.
    #expect(try mode("fresh") == mode("plain"))
  }

  @Test("an existing file keeps its owner")
  func owner() async throws {
    let tree = try TemporaryTree().write("theirs", "old")
    // Only root can give files away; for everybody else the owner stays their own.
    let owner: uid_t = geteuid() == 0 ? 12_345 : geteuid()
    #expect(chown(tree.path("theirs"), owner, getegid()) == 0)
    _ = try await tree.tools(writes: true).call("write_file", ["path": "theirs", "content": "new"])
    let info = try FileInfo(of: "theirs", in: try RootedDirectory(tree.root).handle, path: "theirs")
    #expect(tree.content("theirs") == "new")
    #expect(info.owner == owner)
  }

  @Test("a path that can only be a directory makes no file", arguments: ["newdir/", "newdir/.", "newdir/./"])
  func directoryPath(path: String) async throws {
    let tree = try TemporaryTree()
    let tools = try tree.tools(writes: true)
    #expect(
      try await tools.failure("write_file", ["path": .string(path), "content": "x"])
        == "\"\(path)\" is a directory, not a file")
    #expect(try FileManager.default.contentsOfDirectory(atPath: tree.root) == [])
  }

  @Test("a slash with a combining mark behind it is a slash: what lies behind a link outside stays as it was")
  func combiningSlash() async throws {
    let tree = try TemporaryTree().link("out", to: "../outside")
    let tools = try tree.tools(writes: true)
    #expect(
      try await tools.failure("write_file", ["path": "out/\u{338}x", "content": "x"]).contains("outside the allowed"))
    #expect(try FileManager.default.contentsOfDirectory(atPath: tree.base + "/outside") == ["secret.txt"])
  }

  @Test("the old file stays whole for whoever has it open")
  func atomic() async throws {
    let tree = try TemporaryTree().write("a", "old")
    let reader = try #require(FileHandle(forReadingAtPath: tree.path("a")))
    _ = try await tree.tools(writes: true).call("write_file", ["path": "a", "content": "newer"])
    #expect(try reader.readToEnd() == Data("old".utf8))
    #expect(tree.content("a") == "newer")
  }

  @Test("a link inside is written through and stays a link")
  func throughLink() async throws {
    let tree = try TemporaryTree().write("real/a", "old").link("link", to: "real/a").link("folder", to: "real")
    let tools = try tree.tools(writes: true)
    _ = try await tools.call("write_file", ["path": "link", "content": "1"])
    #expect(tree.content("real/a") == "1")
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: tree.path("link")) == "real/a")
    _ = try await tools.call("write_file", ["path": "folder/b", "content": "2"])
    #expect(tree.content("real/b") == "2")
  }

  @Test("what cannot be written says why, and stays as it was")
  func refused() async throws {
    let tree = try TemporaryTree().write("folder/x", "").write("locked", "old")
    chmod(tree.path("locked"), 0o444)
    #expect(mkfifo(tree.path("pipe"), 0o600) == 0)
    let tools = try tree.tools(writes: true)
    let cases: [(String, String)] = [
      ("folder", "\"folder\" is a directory, not a file"), (".", "\".\" is a directory, not a file"),
      ("new/", "\"new/\" is a directory, not a file"),
      ("missing/a", "\"missing/a\" does not exist"),
      ("folder/x/a", "\"folder/x/a\" is no directory, or lies below something that is none"),
      ("pipe", "\"pipe\" is neither a regular file nor a directory"),
      ("locked", "\"locked\" is marked read-only; make it writable first"),
    ]
    for (path, message) in cases {
      #expect(try await tools.failure("write_file", ["path": .string(path), "content": "x"]) == message)
    }
    #expect(tree.content("locked") == "old")
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: tree.root).sorted() == ["folder", "locked", "pipe"])
  }

  @Test("content over the limit is refused before anything is touched")
  func limit() async throws {
    var limits = FilesystemLimits()
    limits.writeBytes = 3
    let tree = try TemporaryTree()
    let tools = try tree.tools(writes: true, limits: limits)
    await #expect(
      throws: ToolCallFailure.invalidArguments("arguments.content has 4 bytes; at most 3 are written at once")
    ) { try await tools.call("write_file", ["path": "a", "content": "1234"]) }
    #expect(tree.content("a") == nil)
    _ = try await tools.call("write_file", ["path": "a", "content": "123"])
    #expect(tree.content("a") == "123")
  }

  @Test("without permission to write the tool is not listed, and a call says how to allow it")
  func readOnly() async throws {
    let tree = try TemporaryTree()
    let names = [
      "read_text_file", "read_multiple_files", "list_directory", "search_files", "get_file_info",
      "list_allowed_directories",
    ]
    let tools = try tree.tools()
    #expect(await tools.tools.listTools().tools.map(\.name) == names)
    #expect(await (try tree.tools(writes: true)).tools.listTools().tools.map(\.name) == names + ["write_file"])
    await #expect(
      throws: ToolCallFailure.unknownTool(
        "\"write_file\" is not served here: this server only reads; start it with --allow-writes")
    ) { try await tools.call("write_file", ["path": "a", "content": ""]) }
    #expect(tree.content("a") == nil)
  }
}
