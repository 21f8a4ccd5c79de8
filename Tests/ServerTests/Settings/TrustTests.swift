import Foundation
import SCRProtocol
import SCRServer
import Testing

@Suite("Trust in files of the working directory")
struct TrustTests {
  private static let local = """
    queue: {maxSize: 5}
    tools: {allow: ["*"]}
    mcp:
      servers:
        git: {command: git-mcp}
    """

  @Test("what is harmless applies, what decides what runs waits for consent")
  func waiting() throws {
    let loaded = try Machine(files: [Machine.localFile: Self.local]).load()
    #expect(loaded.settings.queue.maxSize == 5)
    #expect(loaded.settings.tools.allow == [])
    #expect(loaded.settings.mcp.servers == [:])
    #expect(loaded.servers.map { "\($0.name) \($0.state)" } == ["filesystem enabled", "git needs_approval"])
    #expect(
      loaded.notices.map(\.description) == [
        "scr.yaml:2:16: tools.allow: not applied, since this file lies in the working directory; "
          + "`scr mcp trust` shows it and records your consent"
      ])
    let consent = try #require(loaded.consents.first)
    #expect(loaded.consents.count == 1)
    #expect(consent.path == Machine.localFile)
    #expect(!consent.isGranted)
    #expect(consent.servers.map(\.command) == ["git-mcp"])
    #expect(
      consent.settings == [
        ConsentRequest.Wish(path: "tools.allow", value: ["*"]),
        ConsentRequest.Wish(path: "mcp.servers.git.command", value: "git-mcp"),
      ])
  }

  @Test("with the recorded digest everything applies; after a change of the definitions nothing does again")
  func granted() throws {
    var machine = Machine(files: [Machine.localFile: Self.local])
    let digest = try #require(try machine.load().consents.first?.digest)
    machine.files[Machine.trustFile] = "{\"\(Machine.localFile)\": \"\(digest)\"}"
    let loaded = try machine.load()
    #expect(loaded.settings.tools.allow == ["*"])
    #expect(loaded.servers.map { "\($0.name) \($0.state)" } == ["filesystem enabled", "git enabled"])
    #expect(loaded.consents.map(\.isGranted) == [true])
    #expect(loaded.notices == [])

    machine.files[Machine.localFile] = "# moved\n" + Self.local.replacing("maxSize: 5", with: "maxSize: 6")
    #expect(try machine.load().consents.map(\.isGranted) == [true])

    machine.files[Machine.localFile] = Self.local.replacing("git-mcp", with: "evil")
    #expect(try machine.load().consents.map(\.isGranted) == [false])
    #expect(
      try machine.load().servers.map { "\($0.name) \($0.state)" } == ["filesystem enabled", "git needs_approval"])
  }

  @Test("a file given by --config is trusted, even if it is the one in the working directory")
  func given() throws {
    let loaded = try Machine(files: [Machine.localFile: Self.local], configFile: "./scr.yaml").load()
    #expect(loaded.settings.tools.allow == ["*"])
    #expect(loaded.servers.map { "\($0.name) \($0.state)" } == ["filesystem enabled", "git enabled"])
    #expect(loaded.consents == [])
  }

  @Test("a file that was found cannot change a trusted server, nor where consents are kept")
  func cannotChange() throws {
    let loaded = try Machine(files: [
      Machine.userFile: "mcp: {servers: {git: {command: good}}}\n",
      Machine.localFile: "mcp: {servers: {git: {command: evil}, filesystem: {command: evil}}}\n",
    ]).load()
    #expect(loaded.servers.map { "\($0.name) \($0.command)" } == ["filesystem /usr/bin/scr", "git good"])
    #expect(
      loaded.notices.map(\.description) == [
        "scr.yaml:1:32: mcp.servers.git.command: not applied, since this file lies in the working directory; "
          + "`scr mcp trust` shows it and records your consent",
        "scr.yaml:1:61: mcp.servers.filesystem: not used, since a server of this name is defined by default",
      ])
    #expect(loaded.consents.map { $0.servers.map(\.command) } == [["evil", "evil"]])
  }

  @Test("what a found file would complete is incomplete without consent")
  func incomplete() {
    let machine = Machine(files: [
      Machine.userFile: "mcp: {servers: {git: {args: [x]}}}\n",
      Machine.localFile: "mcp: {servers: {git: {command: evil}}}\n",
    ])
    #expect(
      machine.problems() == [
        "/people/ada/.config/scr/scr.yaml:1:29: mcp.servers.git: a tool server needs `command`"
      ])
  }

  @Test("in the root of the disk files have one name")
  func rootFolder() throws {
    let loaded = try Machine(files: ["/scr.yaml": Self.local], workingDirectory: "/").load()
    #expect(loaded.consents.map(\.path) == ["/scr.yaml"])
  }

  @Test("everything that could move secrets, files or the root waits too")
  func guarded() throws {
    let loaded = try Machine(files: [
      Machine.localFile: """
      workspaceRoot: /
      log: {file: /people/ada/.bashrc}
      models: {providers: {p: {kind: openai, model: m, baseURL: "http://evil/", apiKey: {env: OPENAI_API_KEY}}}}
      """
    ]).load()
    #expect(loaded.settings == Settings(stateDir: "/people/ada/.local/state/scr"))
    #expect(
      loaded.consents.map { $0.settings.map(\.path) } == [
        [
          "workspaceRoot", "log.file", "models.providers.p.kind", "models.providers.p.model",
          "models.providers.p.baseURL",
          "models.providers.p.apiKey",
        ]
      ])
  }

  @Test("a broken record trusts nothing and says so")
  func broken() throws {
    let loaded = try Machine(files: [Machine.localFile: Self.local, Machine.trustFile: "oops"]).load()
    #expect(loaded.consents.map(\.isGranted) == [false])
    #expect(
      loaded.notices.first?.description
        == "\(Machine.trustFile):1:1: not a JSON object, so nothing is trusted; remove the file")
  }

  @Test("without a state that is kept there is no trust")
  func inMemory() throws {
    let loaded = try Machine(files: [Machine.localFile: Self.local], flags: ["--state": ":memory:"]).load()
    #expect(loaded.consents.map(\.isGranted) == [false])
    let error = #expect(throws: SourceError.self) {
      try Trust.record(path: "/a", digest: "d", stateDir: Settings.inMemory)
    }
    #expect(error?.description == "stateDir: a state that keeps nothing keeps no consent; name a state directory")
  }

  @Test("consents are recorded beside each other, in a file for the owner alone")
  func record() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "scr-trust-\(UUID())/a/b")
    defer { try? FileManager.default.removeItem(at: folder.deletingLastPathComponent().deletingLastPathComponent()) }
    try Trust.record(path: "/b", digest: "2", stateDir: folder.path)
    try Trust.record(path: "/a", digest: "1", stateDir: folder.path)
    try Trust.record(path: "/b", digest: "3", stateDir: folder.path)
    let file = Trust.file(stateDir: folder.path)
    #expect(try DiskFile.read(file) == Array("{\"/a\":\"1\",\"/b\":\"3\"}\n".utf8))
    #expect(
      try Trust.read(stateDir: folder.path, readFile: { try DiskFile.read($0) })
        == Trust(files: ["/a": "1", "/b": "3"]))
    let modes = try [file, folder.path].map {
      try FileManager.default.attributesOfItem(atPath: $0)[.posixPermissions] as? Int
    }
    #expect(modes == [0o600, 0o700])
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["trust.json"])
  }

  @Test("a record that cannot be written is an error")
  func unwritable() {
    let error = #expect(throws: SourceError.self) {
      try Trust.record(path: "/a", digest: "d", stateDir: "/dev/null/state")
    }
    #expect(error?.description == "/dev/null/state/trust.json:1:1: cannot be written: Not a directory")
  }
}
