import Foundation
import MCPServer
import SCRProtocol
import SCRTestSupport
import Synchronization
import Testing

@testable import FilesystemServer

/// Each case runs with openat2 and with the walk that stands in for it.
@Suite("Confinement to the root", .timeLimit(.minutes(1)))
struct ConfinementTests {
  private func tree() throws -> TemporaryTree {
    let tree = try TemporaryTree().write("sub/a.txt", "inside").write("sub/deep/b.txt", "deep")
    try tree.link("out-file", to: "../outside/secret.txt").link("out-folder", to: "../outside")
    try tree.link("out-absolute", to: tree.base + "/outside/secret.txt").link("sub/out-chain", to: "../out-folder")
    try tree.link("in-relative", to: "sub/a.txt").link("in-absolute", to: tree.path("sub/a.txt"))
    try tree.link("in-folder", to: "sub/deep").link("sub/deep/up", to: "../..").link("loop", to: "loop")
    return try tree.link("magic", to: "/proc/self/root").link("prefix", to: tree.root + "-twin/x").link(
      "none", to: "gone")
  }

  @Test("every way out is refused by every tool", arguments: [true, false])
  func escapes(kernel: Bool) async throws {
    let tree = try tree()
    try FileManager.default.createDirectory(atPath: tree.root + "-twin", withIntermediateDirectories: false)
    try TemporaryTree.secret.write(toFile: tree.root + "-twin/x", atomically: false, encoding: .utf8)
    let tools = try tree.tools(writes: true, kernel: kernel)
    let escapes = [
      "../outside/secret.txt", "sub/../../outside/secret.txt", "/etc/passwd", tree.base + "/outside/secret.txt",
      tree.root + "/../outside/secret.txt", tree.root + "-twin/x", "out-file", "out-folder/secret.txt",
      "out-absolute", "sub/out-chain/secret.txt", "in-folder/up/../outside/secret.txt", "magic/etc/passwd", "prefix",
      "out-folder/../inside/sub/a.txt",
    ]
    for path in escapes {
      let message =
        "\"\(path)\" is outside the allowed directory \(tree.root); "
        + "list_allowed_directories shows what is allowed"
      #expect(try await tools.failure("read_text_file", ["path": .string(path)]) == message)
      #expect(try await tools.failure("get_file_info", ["path": .string(path)]) == message)
      #expect(try await tools.failure("list_directory", ["path": .string(path)]) == message)
      #expect(try await tools.failure("search_files", ["path": .string(path), "pattern": "**"]) == message)
      #expect(try await tools.failure("write_file", ["path": .string(path), "content": "x"]) == message)
      #expect(
        try await tools.failure("read_multiple_files", ["paths": [.string(path)]]) == "\(path): Error - \(message)")
    }
    #expect(
      try String(contentsOfFile: tree.base + "/outside/secret.txt", encoding: .utf8) == TemporaryTree.secret)
    #expect(try FileManager.default.contentsOfDirectory(atPath: tree.base + "/outside") == ["secret.txt"])
  }

  @Test("links that stay inside work, relative and absolute", arguments: [true, false])
  func inside(kernel: Bool) async throws {
    let tree = try tree()
    let tools = try tree.tools(kernel: kernel)
    let cases = [
      ("in-relative", "inside"), ("in-absolute", "inside"), ("in-folder/b.txt", "deep"),
      ("in-folder/up/sub/a.txt", "inside"), ("sub/deep/../a.txt", "inside"), ("sub/deep/up/in-absolute", "inside"),
    ]
    for (path, content) in cases {
      #expect(try await tools.call("read_text_file", ["path": .string(path)]) == .expected(content))
    }
    #expect(
      try await tools.call("list_directory", ["path": "in-folder"]).content == [
        ["type": "text", "text": "[FILE] b.txt\n[FILE] up"]
      ])
  }

  @Test("a link to itself and one to nothing end in an error", arguments: [true, false])
  func dangling(kernel: Bool) async throws {
    let tree = try tree()
    let tools = try tree.tools(writes: true, kernel: kernel)
    #expect(
      try await tools.failure("read_text_file", ["path": "loop"])
        == "\"loop\" goes through too many symbolic links, or through one of the kernel's own")
    #expect(try await tools.failure("read_text_file", ["path": "none"]) == "\"none\" does not exist")
    _ = try await tools.call("write_file", ["path": "none", "content": "made"])
    #expect(tree.content("gone") == "made")
  }

  @Test("the kernel's own links in /proc lead nowhere", arguments: [true, false])
  func magicLinks(kernel: Bool) async throws {
    let root = try RootedDirectory("/proc/self", usesKernelResolution: kernel)
    let tools = TestTools(tools: FilesystemTools(root: root, allowWrites: false, limits: FilesystemLimits()))
    for path in ["root/etc/passwd", "cwd/Package.swift", "exe", "fd/0"] {
      let result = try await tools.call("read_text_file", ["path": .string(path)])
      #expect(result.isError)
    }
  }

  @Test("a root that is swapped for a link after the start changes nothing")
  func rootSwapped() async throws {
    let tree = try tree()
    let tools = try tree.tools()
    try FileManager.default.moveItem(atPath: tree.root, toPath: tree.base + "/moved")
    try FileManager.default.createSymbolicLink(atPath: tree.root, withDestinationPath: "outside")
    #expect(try await tools.call("read_text_file", ["path": "sub/a.txt"]) == .expected("inside"))
    #expect(try await tools.failure("read_text_file", ["path": "secret.txt"]) == "\"secret.txt\" does not exist")
  }

  @Test("a component swapped during the calls never leaks what is outside", arguments: [true, false])
  func race(kernel: Bool) async throws {
    let tree = try TemporaryTree().write("real/secret.txt", "inside").link("lure", to: "../outside")
    let tools = try tree.tools(writes: true, kernel: kernel)
    let isOver = Atomic(false)
    let ended = Signal<Void>()
    let swapper = Thread {
      while !isOver.load(ordering: .relaxed) {
        // "folder" is in turn the directory, nothing, and a link to the outside; "link" points in and out.
        for (now, next) in [("real", "../outside"), ("lure", "real")] {
          rename(tree.path(now), tree.path("folder"))
          rename(tree.path("folder"), tree.path(now))
          symlink(next, tree.path("new"))
          rename(tree.path("new"), tree.path("link"))
        }
      }
      ended.fire()
    }
    swapper.start()
    defer { isOver.store(true, ordering: .relaxed) }
    var seen: Set<String> = []
    var round = 0
    while round < 500 || (seen.count < 2 && round < 100_000) {
      round += 1
      let folder = round.isMultiple(of: 2) ? "folder" : "link"
      let read = try await tools.call("read_text_file", ["path": .string(folder + "/secret.txt")])
      #expect(!read.content.contains { $0["text"]?.stringValue == TemporaryTree.secret })
      seen.insert(read.isError ? "refused" : "read")
      if round % 10 < 2 {
        _ = try await tools.call("write_file", ["path": .string(folder + "/made.txt"), "content": "x"])
        let found = try await tools.call("search_files", ["path": .string(folder), "pattern": "**"])
        let size = Int64(TemporaryTree.secret.utf8.count)
        #expect(found.structuredContent?["matches"]?.arrayValue?.contains { $0["size"] == .integer(size) } != true)
      }
    }
    // The tree is taken away only when nobody changes it any more.
    isOver.store(true, ordering: .relaxed)
    _ = await ended.values(1)
    #expect(seen == ["refused", "read"])
    #expect(try FileManager.default.contentsOfDirectory(atPath: tree.base + "/outside") == ["secret.txt"])
  }

  @Test("paths are compared by bytes, as the file system does")
  func spelledByBytes() throws {
    let tree = try TemporaryTree().write("caf\u{E9}/a", "")
    let root = try RootedDirectory(tree.path("caf\u{E9}"))
    #expect(root.below(tree.path("caf\u{E9}/a"))?.map(String.init) == ["a"])
    #expect(root.below(tree.path("cafe\u{301}/a")) == nil)
  }

  @Test("a root that is missing or no directory is refused at the start")
  func badRoot() throws {
    let tree = try TemporaryTree().write("file", "")
    for (root, reason) in [(tree.path("gone"), "No such file or directory"), (tree.path("file"), "Not a directory")] {
      let error = #expect(throws: FilesystemServerError.self) {
        try FilesystemTools(root: root, allowWrites: false)
      }
      #expect(error?.code == .badRoot)
      #expect(
        error?.message == "the root \"\(root)\" cannot be served: \(reason); give a directory that exists")
    }
  }
}
