import CRootedPath
import Foundation
import MCPServer
import SCRProtocol
import Testing

@testable import FilesystemServer

@Suite("Listing, searching and asking", .timeLimit(.minutes(1)))
struct ListingTests {
  @Test("a directory is listed by name, with types, sizes and times")
  func list() async throws {
    let tree = try TemporaryTree().write("b.txt", "12345").write("a/inner.txt", "x").write("Z", "")
    try tree.link("c", to: "b.txt")
    #expect(
      try await tree.tools().call("list_directory", ["path": "."])
        == .expected(
          "[FILE] Z\n[DIR] a\n[FILE] b.txt\n[FILE] c",
          [
            "entries": [
              ["name": "Z", "type": "file", "size": 0, "modified": .string(try tree.modified("Z"))],
              ["name": "a", "type": "directory", "modified": .string(try tree.modified("a"))],
              ["name": "b.txt", "type": "file", "size": 5, "modified": .string(try tree.modified("b.txt"))],
              ["name": "c", "type": "symlink", "modified": .string(try tree.modified("c"))],
            ], "truncated": false,
          ]))
  }

  @Test("an empty directory, and one with more entries than are shown")
  func listLimit() async throws {
    var limits = FilesystemLimits()
    limits.listedEntries = 1
    let tree = try TemporaryTree().write("sub/a", "").write("sub/b", "")
    try FileManager.default.createDirectory(atPath: tree.path("empty"), withIntermediateDirectories: false)
    let tools = try tree.tools(limits: limits)
    #expect(
      try await tools.call("list_directory", ["path": "empty"])
        == .expected("", ["entries": [], "truncated": false]))
    let result = try await tools.call("list_directory", ["path": "sub"])
    #expect(result.structuredContent?["truncated"] == true)
    #expect(result.structuredContent?["entries"]?.arrayValue?.count == 1)
    #expect(result.content[0]["text"]?.stringValue?.hasSuffix("\n(truncated: only 1 entries are shown)") == true)
    #expect(
      try await tools.failure("list_directory", ["path": "sub/a"])
        == "\"sub/a\" is no directory, or lies below something that is none")
  }

  @Test("a name that is no UTF-8 is shown as well as it can be and disturbs no listing or search")
  func strangeNames() async throws {
    let tree = try TemporaryTree().write("b", "")
    let name = Array(tree.path("a").utf8CString.dropLast()) + [CChar(bitPattern: 0xFF), 0]
    close(open(name, O_CREAT | O_WRONLY, 0o600))
    let tools = try tree.tools()
    let listed = try await tools.call("list_directory", ["path": "."])
    #expect(
      listed.content == [["type": "text", "text": "[FILE] a\u{FFFD} (not UTF-8: no path can name it)\n[FILE] b"]])
    let entries = listed.structuredContent?["entries"]?.arrayValue
    #expect(entries?.map { $0["type"] } == ["file", "file"])
    #expect(entries?.map { $0["addressable"] } == [false, nil])
    let found = try await tools.call("search_files", ["path": ".", "pattern": "**"])
    #expect(found.structuredContent?["matches"]?.arrayValue?.map { $0["path"] } == ["a\u{FFFD}", "b"])
    #expect(found.structuredContent?["matches"]?.arrayValue?.map { $0["addressable"] } == [false, nil])
  }

  @Test("results have the shapes that the tools declare")
  func shapes() async throws {
    let tree = try searchTree()
    let tools = try tree.tools(writes: true)
    let calls: [String: JSONObject] = [
      "read_text_file": ["path": "a.md"], "read_multiple_files": ["paths": ["a.md", "none"]],
      "list_directory": ["path": "."], "search_files": ["path": ".", "pattern": "**"],
      "get_file_info": ["path": "a.md"],
      "list_allowed_directories": [:], "write_file": ["path": "new", "content": "x"],
    ]
    for tool in await tools.tools.listTools().tools {
      let arguments = try #require(calls[tool.name])
      let output = try #require(tool.outputSchema)
      let result = try #require(try await tools.call(tool.name, arguments).structuredContent)
      #expect(try JSONSchema.compile(tool.inputSchema).validate(.object(arguments)) == [])
      #expect(try JSONSchema.compile(output).validate(result) == [])
    }
  }

  private func searchTree() throws -> TemporaryTree {
    let tree = try TemporaryTree().write("a.md", "1").write("docs/b.md", "22").write("docs/deep/c.md", "333")
    return try tree.write("node_modules/x.md", "").write("docs/deep/c.txt", "").link("docs/loop", to: "..")
  }

  @Test(
    "a search finds what matches, in order, and neither enters links nor what is excluded",
    arguments: [
      ("*.md", [], ["a.md"]),
      ("**/*.md", [], ["a.md", "docs/b.md", "docs/deep/c.md", "node_modules/x.md"]),
      ("**/*.md", ["node_modules"], ["a.md", "docs/b.md", "docs/deep/c.md"]),
      ("**/*.md", ["docs/deep", "no*"], ["a.md", "docs/b.md"]),
      ("docs/**", [], ["docs", "docs/b.md", "docs/deep", "docs/deep/c.md", "docs/deep/c.txt", "docs/loop"]),
      ("**/c.{md,txt}", [], ["docs/deep/c.md", "docs/deep/c.txt"]),
      ("**/[ab].??", [], ["a.md", "docs/b.md"]),
      ("./docs/*.md", [], ["docs/b.md"]),
      ("nothing", [], []),
    ] as [(String, [String], [String])])
  func search(pattern: String, excluded: [String], expected: [String]) async throws {
    let tree = try searchTree()
    let result = try await tree.tools().call(
      "search_files",
      ["path": ".", "pattern": .string(pattern), "excludePatterns": .array(excluded.map { .string($0) })])
    #expect(
      result.structuredContent?["matches"]?.arrayValue?.map { $0["path"]?.stringValue } == expected)
    let lines = expected.isEmpty ? "No matches found" : expected.map(tree.path).joined(separator: "\n")
    #expect(result.content == [["type": "text", "text": .string(lines)]])
  }

  @Test("matches below a start are named from the root, with type and size")
  func searchResult() async throws {
    let tree = try searchTree()
    #expect(
      try await tree.tools().call("search_files", ["path": "docs", "pattern": "**"])
        == .expected(
          ["docs/b.md", "docs/deep", "docs/deep/c.md", "docs/deep/c.txt", "docs/loop"].map(tree.path)
            .joined(separator: "\n"),
          [
            "matches": [
              ["path": "docs/b.md", "type": "file", "size": 2], ["path": "docs/deep", "type": "directory"],
              ["path": "docs/deep/c.md", "type": "file", "size": 3],
              ["path": "docs/deep/c.txt", "type": "file", "size": 0], ["path": "docs/loop", "type": "symlink"],
            ], "truncated": false,
          ]))
  }

  enum Bound: String, CaseIterable { case entries, depth, matches, time }

  @Test("a search that meets a limit says which, and gives what it has", arguments: Bound.allCases)
  func searchLimits(bound: Bound) async throws {
    var limits = FilesystemLimits()
    let (paths, reason): ([String], String)
    switch bound {
    case .entries:
      limits.searchedEntries = 3
      (paths, reason) = (["a.md", "docs/b.md"], "3 entries were looked at")
    case .depth:
      limits.searchDepth = 1
      (paths, reason) = (
        ["a.md", "docs/b.md", "node_modules/x.md"], "directories deeper than 1 were not entered"
      )
    case .matches:
      limits.searchMatches = 2
      (paths, reason) = (["a.md", "docs/b.md"], "there are more than 2 matches")
    case .time:
      limits.searchTime = .zero
      (paths, reason) = ([], "0.0 seconds have passed")
    }
    let tree = try searchTree()
    let result = try await tree.tools(limits: limits).call("search_files", ["path": ".", "pattern": "**/*.md"])
    let lines = paths.isEmpty ? ["No matches found"] : paths.map(tree.path)
    #expect(
      result.content[0]["text"]?.stringValue
        == (lines + ["(truncated: \(reason); narrow the path or the pattern)"]).joined(separator: "\n"))
    #expect(result.structuredContent?["truncated"] == true)
    #expect(result.structuredContent?["matches"]?.arrayValue?.compactMap { $0["path"]?.stringValue } == paths)
  }

  @Test("a pattern that would cost too much is refused by name")
  func costlyPatterns() async throws {
    let tools = try TemporaryTree().tools()
    await #expect(
      throws: ToolCallFailure.invalidArguments(
        "arguments.pattern: the pattern has more than 64 alternatives in braces")
    ) {
      try await tools.call(
        "search_files", ["path": ".", "pattern": .string(String(repeating: "{a,b}", count: 7))])
    }
    await #expect(
      throws: ToolCallFailure.invalidArguments(
        "arguments.excludePatterns[1]: a pattern has 1 to 1024 bytes, for example \"**/*.swift\"")
    ) { try await tools.call("search_files", ["path": ".", "pattern": "*", "excludePatterns": ["a", ""]]) }
  }

  @Test("facts about a file, a directory and a pipe, without opening them")
  func info() async throws {
    let tree = try TemporaryTree().write("sub/a.txt", "12345").link("link", to: "sub/a.txt")
    chmod(tree.path("sub/a.txt"), 0o640)
    let directory = try RootedDirectory(tree.root)
    let info = try FileInfo(in: try directory.open("sub/a.txt", CROOTED_HANDLE), path: "")
    let times: [(String, Int64)] = [
      ("created", try #require(info.created)), ("modified", info.modified), ("accessed", info.accessed),
    ]
    var fields: JSONObject = [
      "size": 5, "isDirectory": false, "isFile": true, "permissions": "640", "type": "file",
    ]
    for (name, time) in times { fields[name] = .string(FileInfo.text(of: time)) }
    let text =
      "size: 5\n" + times.map { "\($0): \(FileInfo.text(of: $1))\n" }.joined()
      + "isDirectory: false\nisFile: true\npermissions: 640"
    let tools = try tree.tools()
    for path in ["sub/a.txt", "link"] {
      fields["path"] = .string(path)
      #expect(try await tools.call("get_file_info", ["path": .string(path)]) == .expected(text, fields))
    }
    #expect(mkfifo(tree.path("pipe"), 0o600) == 0)
    let pipe = try await tools.call("get_file_info", ["path": "pipe"]).structuredContent
    #expect(pipe?["type"] == "other")
    #expect(pipe?["isFile"] == false)
    let folder = try await tools.call("get_file_info", ["path": "sub"]).structuredContent
    #expect(folder?["type"] == "directory")
    #expect(folder?["isDirectory"] == true)
  }

  @Test("the allowed directory is the root with its links resolved")
  func allowed() async throws {
    let tree = try TemporaryTree()
    let link = tree.base + "/by-link"
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "inside")
    let tools = TestTools(tools: try FilesystemTools(root: link, allowWrites: false), tree: tree)
    #expect(
      try await tools.call("list_allowed_directories", [:])
        == .expected("Allowed directories:\n\(tree.root)", ["directories": [.string(tree.root)]]))
    try tree.write("a", "A")
    for path in [link + "/a", tree.path("a")] {
      #expect(try await tools.call("read_text_file", ["path": .string(path)]) == .expected("A"))
    }
  }
}
