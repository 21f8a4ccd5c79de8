import SCRServer
import Testing

@Suite("Layers of settings")
struct SettingsLayersTests {
  @Test("without any source everything has its default")
  func defaults() throws {
    let loaded = try Machine().load()
    #expect(loaded.settings == Settings(stateDir: "/people/ada/.local/state/scr"))
    #expect(loaded.origins == [:])
    #expect(loaded.consents == [])
    #expect(loaded.notices == [])
  }

  @Test("later layers win, value by value, and each value knows where it came from")
  func precedence() throws {
    var machine = Machine(
      files: [
        Machine.systemFile: "queue: {maxSize: 1}\n", Machine.userFile: "queue: {maxSize: 2}\n",
        Machine.localFile: "queue: {maxSize: 3}\n",
        "/src/project/given.yaml": "queue: {maxSize: 4}\nlog: {level: debug}\n",
      ])
    func size() throws -> (Int, SourceOrigin?) {
      let loaded = try machine.load()
      return (loaded.settings.queue.maxSize, loaded.origins["queue.maxSize"])
    }
    #expect(try size() == (3, place("scr.yaml", 1, 18)))
    machine.configFile = "given.yaml"
    #expect(try size() == (4, place("given.yaml", 1, 18)))
    machine.environment["SCR_QUEUE_MAX_SIZE"] = "5"
    #expect(try size() == (5, .environment("SCR_QUEUE_MAX_SIZE")))
    machine.environment["SCR_QUEUE_MAX_SIZE"] = ""
    machine.files[Machine.localFile] = nil
    machine.configFile = nil
    #expect(try size() == (2, place("/people/ada/.config/scr/scr.yaml", 1, 18)))
    machine.environment["XDG_CONFIG_HOME"] = "/elsewhere"
    #expect(try size() == (1, place("/etc/scr/scr.yaml", 1, 18)))
  }

  @Test("flags win over the environment")
  func flags() throws {
    let machine = Machine(
      environment: [
        "HOME": "/people/ada", "SCR_LOG_LEVEL": "error", "SCR_LOG_FILE": "scr.log", "SCR_LOG_FORMAT": "json",
      ],
      flags: ["--log-level": "debug", "--state": "kept/here"])
    let loaded = try machine.load()
    var expected = Settings(stateDir: "/src/project/kept/here")
    expected.log.level = .debug
    expected.log.format = .json
    expected.log.file = "/src/project/scr.log"
    #expect(loaded.settings == expected)
    #expect(
      loaded.origins == [
        "log.level": .flag("--log-level"), "stateDir": .flag("--state"), "log.file": .environment("SCR_LOG_FILE"),
        "log.format": .environment("SCR_LOG_FORMAT"),
      ])
  }

  @Test("every kind of value is read")
  func everything() throws {
    let text = """
      stateDir: ~/state
      workspaceRoot: work
      log: { level: warning, format: json, file: ../scr.log }
      queue: { maxSize: 7 }
      runtime: { maxConcurrentTasks: 3, maxParallelSteps: 4, leaseMs: 5000 }
      server: { maxFrameBytes: 8192, maxInFlight: 9 }
      tools: { allow: [a, "b.*"], deny: ["*"], maxResultBytes: 2048, callTimeoutMs: 11 }
      mcp:
        servers:
          time:
            command: uvx
            args: [mcp-server-time]
            env: { TZ: UTC, TOKEN: { env: MY_TOKEN } }
            cwd: here
            allowedTools: ["get_*"]
            excludedTools: [x]
            readOnlyTools: [r]
            idempotentTools: [i]
            startupTimeoutMs: 12
            callTimeoutMs: 13
          web: { url: "https://example.org/mcp", headers: { A: b }, enabled: false }
      models:
        default: local
        providers:
          local: { kind: openai, baseURL: "http://127.0.0.1:1/v1", model: m, apiKey: { env: KEY } }
          demo: { kind: scripted, script: turns.yaml }
      """
    let loaded = try Machine(files: ["/srv/mine.yaml": text], configFile: "/srv/mine.yaml").load()
    var expected = Settings(stateDir: "/people/ada/state")
    expected.workspaceRoot = "/srv/work"
    expected.log.level = .warning
    expected.log.format = .json
    expected.log.file = "/scr.log"
    expected.queue.maxSize = 7
    expected.runtime.maxConcurrentTasks = 3
    expected.runtime.maxParallelSteps = 4
    expected.runtime.leaseMs = 5000
    expected.server.maxFrameBytes = 8192
    expected.server.maxInFlight = 9
    expected.tools.allow = ["a", "b.*"]
    expected.tools.deny = ["*"]
    expected.tools.maxResultBytes = 2048
    expected.tools.callTimeoutMs = 11
    var time = ServerEntry()
    time.command = "uvx"
    time.args = ["mcp-server-time"]
    time.env = ["TZ": .literal("UTC"), "TOKEN": .variable(SecretReference(variable: "MY_TOKEN"))]
    time.cwd = "/srv/here"
    time.allowedTools = ["get_*"]
    time.excludedTools = ["x"]
    time.readOnlyTools = ["r"]
    time.idempotentTools = ["i"]
    time.startupTimeoutMs = 12
    time.callTimeoutMs = 13
    var web = ServerEntry()
    web.url = "https://example.org/mcp"
    web.headers = ["A": .literal("b")]
    web.enabled = false
    expected.mcp.servers = ["time": time, "web": web]
    var local = ModelProviderEntry()
    local.kind = .openai
    local.baseURL = "http://127.0.0.1:1/v1"
    local.model = "m"
    local.apiKey = .variable("KEY")
    var demo = ModelProviderEntry()
    demo.kind = .scripted
    demo.script = "/srv/turns.yaml"
    expected.models.default = "local"
    expected.models.providers = ["local": local, "demo": demo]
    #expect(loaded.settings == expected)
  }

  @Test("lists in the environment are separated by commas")
  func lists() throws {
    let loaded = try Machine(environment: ["HOME": "/people/ada", "SCR_TOOLS_ALLOW": "a.*, b ,,c"]).load()
    #expect(loaded.settings.tools.allow == ["a.*", "b", "c"])
  }

  @Test("variables that look like ours and do nothing are told")
  func stray() throws {
    let loaded = try Machine(environment: [
      "HOME": "/people/ada", "SCR_QUEUE_MAXSIZE": "5", "SCR_MEMORY_POSTGRES_URL": "ets", "SCR_TEST_DATA": "x",
      "SCR_ZZZ": "1", "SCR_BIN": "/x/scr",
    ]).load()
    #expect(
      loaded.notices.map(\.description) == [
        "env SCR_MEMORY_POSTGRES_URL: belonged to the prototype and has no counterpart in this version",
        "env SCR_QUEUE_MAXSIZE: names no setting; did you mean \"SCR_QUEUE_MAX_SIZE\"?",
        "env SCR_ZZZ: names no setting",
      ])
  }

  @Test("state can be kept nowhere")
  func memory() throws {
    #expect(try Machine(flags: ["--state": ":memory:"]).load().settings.stateDir == Settings.inMemory)
  }
}
