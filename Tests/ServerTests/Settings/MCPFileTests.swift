import SCRProtocol
import SCRServer
import Testing

@Suite("The .mcp.json of other programs")
struct MCPFileTests {
  private static let wild = """
    {
      "$schema": "x", "inputs": [],
      "mcpServers": {
        "git": {"type": "stdio", "command": "${TOOL:-uvx}", "args": ["mcp-server-git", 7, "${HOME}/src"],
                "env": {"PORT": 80, "X": true, "E": "${EMPTY:-full}"}, "autoApprove": ["*"], "timeout": 60},
        "off": {"command": "x", "disabled": true},
        "sse": {"type": "sse", "url": "https://example.org/sse"},
        "url": {"url": "https://example.org/mcp"},
        "my server": {"command": "x"},
        "unset": {"command": "x", "env": {"T": "${NOT_SET}"}},
        "none": {}, "odd": 3, "args": {"command": "x", "args": "-y"}, "here": {"command": "./run", "cwd": "sub"}
      }
    }
    """

  private var machine: Machine {
    Machine(files: [Machine.mcpFile: Self.wild], environment: ["HOME": "/people/ada", "EMPTY": ""])
  }

  private func lines(_ loaded: LoadedSettings) -> [String] {
    loaded.servers.filter { $0.name != "filesystem" }.map { server in
      if case .unsupported(let reason) = server.state { return "\(server.name): \(reason)" }
      return "\(server.name) \(server.state)"
    }
  }

  private static let unusable = [
    "args: its args are no list",
    "my server: \"my server\" is no valid name: a name has 1 to 32 letters, digits, underscores and hyphens",
    "none: it has no command", "odd: its entry is no object",
    "sse: its type is sse: tool servers that are reached by HTTP are not supported yet",
    "unset: the environment variable NOT_SET is not set",
    "url: tool servers that are reached by HTTP are not supported yet",
  ]

  @Test("every entry is listed, what cannot start with its reason, what could waits for consent")
  func listed() throws {
    let loaded = try machine.load()
    #expect(
      lines(loaded).sorted()
        == (Self.unusable + ["git needs_approval", "here needs_approval", "off disabled"]).sorted())
    #expect(loaded.notices == [])
  }

  @Test("with consent they are enabled, with variables expanded")
  func granted() throws {
    var machine = machine
    let consent = try #require(try machine.load().consents.first)
    #expect(consent.path == Machine.mcpFile)
    machine.files[Machine.trustFile] = "{\"\(consent.path)\": \"\(consent.digest)\"}"
    let loaded = try machine.load()
    #expect(lines(loaded).sorted() == (Self.unusable + ["git enabled", "here enabled", "off disabled"]).sorted())
    var git = ServerSettings(name: "git", command: "uvx", callTimeoutMs: 60_000, origin: place(".mcp.json", 4, 5))
    git.args = ["mcp-server-git", "7", "/people/ada/src"]
    git.env = ["PORT": "80", "X": "true", "E": "full"]
    git.written = ServerWording(
      command: "${TOOL:-uvx}", args: ["mcp-server-git", "7", "${HOME}/src"],
      env: ["PORT": .literal("80"), "X": .literal("true"), "E": .literal("${EMPTY:-full}")])
    #expect(loaded.servers.first { $0.name == "git" } == git)
    #expect(loaded.servers.first { $0.name == "here" }?.cwd == "/src/project/sub")
  }

  @Test("another value of a variable makes no other server, another reference does")
  func identity() throws {
    func identity(_ text: String, token: String) throws -> JSONValue? {
      let machine = Machine(
        files: [Machine.mcpFile: "{\"mcpServers\": {\"a\": \(text)}}"],
        environment: ["HOME": "/people/ada", "TOKEN": token, "OTHER": token])
      return try machine.load().servers.first { $0.name == "a" }?.wording.identity
    }
    let text = #"{"command": "x", "args": ["${TOKEN}"], "env": {"T": "${TOKEN}"}, "cwd": "${TOKEN}"}"#
    let first = try identity(text, token: "1")
    #expect(first != nil)
    #expect(try identity(text, token: "2") == first)
    #expect(try identity(text.replacing("\"T\": \"${TOKEN}", with: "\"T\": \"${OTHER}"), token: "1") != first)
  }

  @Test("a server of the same name in our own configuration wins")
  func shadowed() throws {
    var machine = machine
    machine.files[Machine.mcpFile] = "{\"mcpServers\": {\"git\": {\"command\": \"theirs\"}}}"
    machine.files[Machine.userFile] = "mcp: {servers: {git: {command: ours}}}\n"
    let loaded = try machine.load()
    #expect(loaded.servers.filter { $0.name == "git" }.map(\.command) == ["ours"])
    #expect(
      loaded.notices.map(\.description) == [
        ".mcp.json:1:17: mcp.servers.git: not used, since a server of this name is defined by "
          + "/people/ada/.config/scr/scr.yaml:1:32"
      ])
  }

  @Test(
    "a broken file is no error",
    arguments: [
      ("{\"mcpServers\": {", ".mcp.json:1:17: unexpected end of the text"),
      ("[]", ".mcp.json:1:1: no map \"mcpServers\", so no tool servers in it"),
      ("{\"servers\": {}}", ".mcp.json:1:1: no map \"mcpServers\", so no tool servers in it"),
    ])
  func broken(text: String, notice: String) throws {
    let loaded = try Machine(files: [Machine.mcpFile: text]).load()
    #expect(loaded.servers.map(\.name) == ["filesystem"])
    #expect(loaded.notices.map(\.description) == [notice])
  }

  @Test("text that only resembles a variable stays")
  func literal() throws {
    var machine = machine
    machine.files[Machine.mcpFile] =
      "{\"mcpServers\": {\"a\": {\"command\": \"x\", \"args\": [\"$HOME\", \"${}\", \"${a b}\", \"${open\", \"$${HOME}\"]}}}"
    #expect(
      try machine.load().servers.first { $0.name == "a" }?.args
        == ["$HOME", "${}", "${a b}", "${open", "$/people/ada"])
  }
}
