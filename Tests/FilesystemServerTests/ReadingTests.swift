import Foundation
import MCPServer
import SCRProtocol
import Testing

@testable import FilesystemServer

@Suite("Reading files", .timeLimit(.minutes(1)))
struct ReadingTests {
  @Test("a text file is read whole, by its relative and its absolute path")
  func whole() async throws {
    let tree = try TemporaryTree().write("notes/a.txt", "Grüße\n\n終\n")
    let tools = try tree.tools()
    for path in ["notes/a.txt", tree.path("notes/a.txt"), "./notes//a.txt", "notes/../notes/a.txt"] {
      #expect(try await tools.call("read_text_file", ["path": .string(path)]) == .expected("Grüße\n\n終\n"))
    }
  }

  @Test(
    "head and tail give whole lines with their newlines",
    arguments: [
      ("a\nb\nc\n", "head", 2, "a\nb\n"), ("a\nb\nc\n", "tail", 2, "b\nc\n"), ("a\nb\nc", "tail", 2, "b\nc"),
      ("a\nb\nc", "head", 3, "a\nb\nc"), ("a\nb\n", "head", 9, "a\nb\n"), ("a\nb\n", "tail", 9, "a\nb\n"),
      ("\n\n", "tail", 1, "\n"), ("", "head", 1, ""), ("", "tail", 1, ""), ("x", "tail", 1, "x"),
    ])
  func lines(content: String, end: String, count: Int64, expected: String) async throws {
    let tree = try TemporaryTree().write("a.txt", content)
    #expect(
      try await tree.tools().call("read_text_file", ["path": "a.txt", end: .integer(count)])
        == .expected(expected))
  }

  @Test("tail and head work across the borders of what is read at once")
  func longLines() async throws {
    let lines = (0..<5).map { String(repeating: "\($0)", count: 50_000) + "\n" }
    let tools = try TemporaryTree().write("a.txt", lines.joined()).tools()
    #expect(try await tools.call("read_text_file", ["path": "a.txt", "tail": 3]) == .expected(lines[2...].joined()))
    #expect(try await tools.call("read_text_file", ["path": "a.txt", "head": 3]) == .expected(lines[..<3].joined()))
  }

  @Test("a file over the limit is refused and points to head and tail, which still read it")
  func limit() async throws {
    var limits = FilesystemLimits()
    limits.readBytes = 100
    let tree = try TemporaryTree().write("big.txt", String(repeating: "0123456789\n", count: 20_000))
    let tools = try tree.tools(limits: limits)
    #expect(
      try await tools.failure("read_text_file", ["path": "big.txt"])
        == "\"big.txt\" has 220000 bytes, more than the 100 that are read at once; "
        + "use head or tail to read some of its lines")
    #expect(try await tools.call("read_text_file", ["path": "big.txt", "tail": 1]) == .expected("0123456789\n"))
    #expect(try await tools.call("read_text_file", ["path": "big.txt", "head": 1]) == .expected("0123456789\n"))
    for end in ["head", "tail"] {
      #expect(
        try await tools.failure("read_text_file", ["path": "big.txt", end: 19_000])
          == "19000 lines of \"big.txt\" are more than the 100 bytes that are read at once; ask for fewer")
    }
  }

  @Test("an answer that would not fit into one message is refused, whatever the file's own size")
  func answerLimit() async throws {
    var limits = FilesystemLimits()
    limits.answerBytes = 6_500
    // Each of these bytes takes six in JSON, and the text stands there twice.
    let tree = try TemporaryTree().write("a", String(repeating: "\u{1}", count: 600))
    try tree.write("b", String(repeating: "\u{1}", count: 500))
    let tools = try tree.tools(limits: limits)
    #expect(
      try await tools.failure("read_text_file", ["path": "a"])
        == "the answer has 7314 bytes, more than the 6500 that fit into one message; ask for less")
    #expect(try await !tools.call("read_text_file", ["path": "b"]).isError)
  }

  @Test("a file of exactly the limit is read")
  func exactLimit() async throws {
    var limits = FilesystemLimits()
    limits.readBytes = 3
    let tools = try TemporaryTree().write("a", "abc").tools(limits: limits)
    #expect(try await tools.call("read_text_file", ["path": "a"]) == .expected("abc"))
  }

  @Test("what is no UTF-8, missing, or no regular file gets an error that says so")
  func unreadable() async throws {
    let tree = try TemporaryTree().write("latin1.txt", bytes: [0x47, 0xFC]).write("folder/x")
    #expect(mkfifo(tree.path("pipe"), 0o600) == 0)
    let tools = try tree.tools()
    let cases: [(String, String)] = [
      ("latin1.txt", "\"latin1.txt\" is not text in UTF-8: it is binary or in another encoding"),
      ("none.txt", "\"none.txt\" does not exist"),
      ("folder", "\"folder\" is a directory, not a file"),
      ("pipe", "\"pipe\" is neither a regular file nor a directory"),
      ("folder/x/y", "\"folder/x/y\" is no directory, or lies below something that is none"),
      ("", "the path is empty; \".\" is the root"),
      ("a\u{0}b", "\"a\u{0}b\" is no path: it has a NUL or over 4096 bytes"),
    ]
    for (path, message) in cases {
      #expect(try await tools.failure("read_text_file", ["path": .string(path)]) == message)
    }
  }

  @Test("several files are read at once; one that fails has an error in its place")
  func multiple() async throws {
    let tree = try TemporaryTree().write("a.txt", "A").write("b.txt", "B\n")
    let tools = try tree.tools()
    #expect(
      try await tools.call("read_multiple_files", ["paths": ["a.txt", "none", "b.txt"]])
        == .expected(
          "a.txt:\nA\n\n---\nnone: Error - \"none\" does not exist\n---\nb.txt:\nB\n\n",
          [
            "files": [
              ["path": "a.txt", "content": "A"], ["path": "none", "error": "\"none\" does not exist"],
              ["path": "b.txt", "content": "B\n"],
            ]
          ]))
    #expect(
      try await tools.call("read_multiple_files", ["paths": ["none"]])
        == .expected(
          "none: Error - \"none\" does not exist",
          ["files": [["path": "none", "error": "\"none\" does not exist"]]], isError: true))
  }

  @Test("the files of one call share one limit")
  func multipleLimit() async throws {
    var limits = FilesystemLimits()
    limits.readBytes = 5
    limits.filesPerCall = 2
    let tools = try TemporaryTree().write("a", "1234").write("b", "12").tools(limits: limits)
    let message = "with the files before it this is over 5 bytes; read it by another call"
    #expect(
      try await tools.call("read_multiple_files", ["paths": ["a", "b"]])
        == .expected(
          "a:\n1234\n\n---\nb: Error - \(message)",
          ["files": [["path": "a", "content": "1234"], ["path": "b", "error": .string(message)]]]))
    await #expect(
      throws: ToolCallFailure.invalidArguments("arguments.paths has 3 paths; give 1 to 2")
    ) { try await tools.call("read_multiple_files", ["paths": ["a", "a", "a"]]) }
    await #expect(
      throws: ToolCallFailure.invalidArguments("arguments.paths has 0 paths; give 1 to 2")
    ) { try await tools.call("read_multiple_files", ["paths": []]) }
  }
}
