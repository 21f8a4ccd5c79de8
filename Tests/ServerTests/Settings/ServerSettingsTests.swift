import SCRServer
import Testing

@Suite("Tool servers in settings")
struct ServerSettingsTests {
  private func server(
    _ name: String, command: String, _ origin: SourceOrigin, _ change: (inout ServerSettings) -> Void = { _ in }
  ) -> ServerSettings {
    var server = ServerSettings(name: name, command: command, callTimeoutMs: 60_000, origin: origin)
    change(&server)
    return server
  }

  private var filesystem: ServerSettings {
    server("filesystem", command: "/usr/bin/scr", .standard) {
      $0.args = ["mcp", "filesystem", "--root", "/src/project"]
      $0.readOnlyTools = ["*"]
    }
  }

  @Test("the filesystem server exists without configuration and reads the working directory")
  func builtIn() throws {
    #expect(try Machine().load().servers == [filesystem])
  }

  @Test("its root is what SCR_WORKSPACE_ROOT says")
  func root() throws {
    var expected = filesystem
    expected.args = ["mcp", "filesystem", "--root", "/srv/data"]
    #expect(
      try Machine(environment: ["HOME": "/people/ada", "SCR_WORKSPACE_ROOT": "/srv/data"]).load().servers == [expected])
  }

  @Test(
    "in the home directory and in / it is not configured",
    arguments: [
      ("/", "not configured: the working directory is the root of the disk; set SCR_WORKSPACE_ROOT"),
      ("/people/ada/", "not configured: the working directory is the home directory; set SCR_WORKSPACE_ROOT"),
    ])
  func notConfigured(directory: String, reason: String) throws {
    var expected = filesystem
    expected.args = []
    expected.state = .unsupported(reason)
    #expect(try Machine(workingDirectory: directory).load().servers == [expected])
  }

  @Test("a configured server of that name replaces it")
  func replaced() throws {
    let loaded = try Machine(
      files: [Machine.userFile: "mcp: {servers: {filesystem: {command: other}}}\n"]).load()
    #expect(
      loaded.servers == [server("filesystem", command: "other", place(Machine.userFile, 1, 39))])
  }

  @Test("entries become servers with their references resolved")
  func entries() throws {
    let text = """
      tools: {callTimeoutMs: 5000}
      mcp:
        servers:
          time: {command: uvx, args: [mcp-server-time], env: {T: {env: MY_TOKEN}, A: b}, cwd: /srv, callTimeoutMs: 7}
          lost: {command: x, env: {T: {env: NOT_SET}}}
          off: {command: y, enabled: false}
          web: {url: "https://example.org/mcp"}
      """
    let loaded = try Machine(
      files: [Machine.userFile: text], environment: ["HOME": "/people/ada", "MY_TOKEN": "secret"]
    ).load()
    var expected = [
      filesystem,
      server("lost", command: "x", place(Machine.userFile, 5, 21)) {
        $0.state = .unsupported("the environment variable NOT_SET is not set")
        $0.written = ServerWording(command: "x", env: ["T": .variable(SecretReference(variable: "NOT_SET"))])
      },
      server("off", command: "y", place(Machine.userFile, 6, 20)) { $0.state = .disabled },
      server("time", command: "uvx", place(Machine.userFile, 4, 21)) {
        $0.args = ["mcp-server-time"]
        $0.env = ["T": "secret", "A": "b"]
        $0.cwd = "/srv"
        $0.written = ServerWording(
          command: "uvx", args: ["mcp-server-time"],
          env: ["T": .variable(SecretReference(variable: "MY_TOKEN")), "A": .literal("b")], cwd: "/srv")
      },
      server("web", command: "", place(Machine.userFile, 7, 16)) {
        $0.url = "https://example.org/mcp"
        $0.state = .unsupported("tool servers that are reached by HTTP are not supported yet")
      },
    ]
    for index in expected.indices { expected[index].callTimeoutMs = 5000 }
    expected[3].callTimeoutMs = 7
    #expect(loaded.servers == expected)
    #expect(loaded.notices == [])
  }

  @Test("the prototype's variables define one server")
  func prototype() throws {
    var machine = Machine(environment: [
      "HOME": "/people/ada", "SCR_MCP_SERVER_COMMAND": "npx", "SCR_MCP_SERVER_ARGS": "-y, server,/tmp",
      "SCR_MCP_ALLOWED_TOOLS": "read_file,list", "SCR_WORKSPACE_ROOT": "/srv",
    ])
    let expected = server("dev_mcp", command: "npx", .environment("SCR_MCP_SERVER_COMMAND")) {
      $0.args = ["-y", "server", "/tmp"]
      $0.allowedTools = ["read_file", "list"]
      $0.cwd = "/srv"
    }
    #expect(try machine.load().servers.filter { $0.name != "filesystem" } == [expected])
    #expect(try machine.load().notices == [])

    machine.environment["SCR_MCP_SERVER_NAME"] = "mine"
    machine.environment["SCR_MCP_ENABLED"] = "false"
    var other = expected
    other.name = "mine"
    other.state = .disabled
    #expect(try machine.load().servers.filter { $0.name != "filesystem" } == [other])

    machine.environment["SCR_MCP_SERVER_COMMAND"] = nil
    #expect(try machine.load().servers.map(\.name) == ["filesystem"])
  }

  @Test("states have the names of the interface")
  func states() {
    let states: [ServerSettings.State] = [.enabled, .disabled, .needsApproval, .unsupported("why")]
    #expect(states.map(\.description) == ["enabled", "disabled", "needs_approval", "unsupported"])
  }
}
