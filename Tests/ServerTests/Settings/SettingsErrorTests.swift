import SCRServer
import Testing

@Suite("Problems of settings")
struct SettingsErrorTests {
  @Test(
    "each kind is told with file, line, column and a suggestion",
    arguments: [
      ("queue:\n  maxSise: 1\n", "scr.yaml:2:3: queue.maxSise: unknown setting; did you mean \"maxSize\"?"),
      (
        "log:\n  colour: red\n", "scr.yaml:2:3: log.colour: unknown setting; known here are level, format, file"
      ),
      ("queu: {}\n", "scr.yaml:1:1: queu: unknown setting; did you mean \"queue\"?"),
      ("queue: 3\n", "scr.yaml:1:8: queue: expected a map of settings, found integer"),
      ("- a\n", "scr.yaml:1:1: expected a map of settings, found array"),
      ("queue: {maxSize: ten}\n", "scr.yaml:1:18: queue.maxSize: expected an integer, found string"),
      ("queue:\n  maxSize:\n", "scr.yaml:2:11: queue.maxSize: expected an integer, found nothing"),
      (
        "queue: {maxSize: 0}\n",
        "scr.yaml:1:18: queue.maxSize: 0 is out of range; allowed are 1 to 10000000"
      ),
      (
        "log: {level: wraning}\n",
        "scr.yaml:1:14: log.level: \"wraning\" is none of trace, debug, info, notice, warning, error, critical; "
          + "did you mean \"warning\"?"
      ),
      ("log: {format: 1}\n", "scr.yaml:1:15: log.format: expected one of text, json, found integer"),
      ("log: {file: 1}\n", "scr.yaml:1:13: log.file: expected a string, found integer; write it in quotes"),
      ("log: {file: \"\"}\n", "scr.yaml:1:13: log.file: the value is empty"),
      ("tools:\n  allow: a\n", "scr.yaml:2:10: tools.allow: expected a list of strings, found string"),
      (
        "tools:\n  allow: [a, 7]\n",
        "scr.yaml:2:14: tools.allow[1]: expected a string, found integer; write it in quotes"
      ),
      (
        "mcp: {servers: {a.b: {command: x}}}\n",
        "scr.yaml:1:17: mcp.servers.a.b: \"a.b\" is no valid name; "
          + "a name has 1 to 32 letters, digits, underscores and hyphens"
      ),
      ("mcp: {servers: {a: {enabled: false}}}\n", "scr.yaml:1:30: mcp.servers.a: a tool server needs `command`"),
      (
        "mcp: {servers: {a: {command: x, url: 'http://y'}}}\n",
        "scr.yaml:1:30: mcp.servers.a: a tool server has either `command` or `url`, not both"
      ),
      (
        "mcp: {servers: {a: {command: x, enabled: yes}}}\n",
        "scr.yaml:1:42: mcp.servers.a.enabled: expected true or false, found string"
      ),
      (
        "mcp: {servers: {a: {command: x, sandbox: {}}}}\n",
        "scr.yaml:1:42: mcp.servers.a.sandbox: not supported yet; remove it"
      ),
      (
        "mcp: {servers: {a: {command: x, env: {N: 1}}}}\n",
        "scr.yaml:1:42: mcp.servers.a.env.N: expected a string, found integer; write it in quotes"
      ),
      (
        "mcp: {servers: {a: {command: x, env: {'N=': y}}}}\n",
        "scr.yaml:1:38: mcp.servers.a.env: \"N=\" is no name of a variable"
      ),
      (
        "mcp: {servers: {a: {command: x, env: {N: {var: A}}}}}\n",
        "scr.yaml:1:42: mcp.servers.a.env.N: expected { env: NAME } with the name of an environment variable"
      ),
      (
        "mcp: {servers: {a: {url: ftp://x}}}\n", "scr.yaml:1:26: mcp.servers.a.url: \"ftp://x\" is no http or https URL"
      ),
      (
        "models: {providers: {p: {kind: openai, model: m, apiKey: sk-123}}}\n",
        "scr.yaml:1:58: models.providers.p.apiKey: a secret must not stand in a file; "
          + "put it into an environment variable and write { env: NAME }, or into a file of its own and "
          + "write { file: PATH }"
      ),
      ("models: {providers: {p: {model: m}}}\n", "scr.yaml:1:33: models.providers.p: a provider needs `kind`"),
      (
        "models: {providers: {p: {kind: openai}}}\n",
        "scr.yaml:1:32: models.providers.p: a provider of kind openai needs `model`"
      ),
      (
        "models: {providers: {p: {kind: scripted}}}\n",
        "scr.yaml:1:32: models.providers.p: a scripted provider needs `script`"
      ),
      (
        "models: {default: lokal, providers: {local: {kind: ollama, model: m}}}\n",
        "scr.yaml:1:19: models.default: there is no provider \"lokal\" under models.providers; did you mean \"local\"?"
      ),
      (
        "stateDir: /tmp/x\n",
        "scr.yaml:1:11: stateDir: not accepted from a file in the working directory; "
          + "set it by SCR_STATE_DIR or in your own configuration"
      ),
      ("queue: [\n", "scr.yaml:2:1: while parsing a flow node (line 2): did not find expected node content"),
    ])
  func kinds(text: String, problem: String) {
    #expect(Machine(files: [Machine.localFile: text]).problems() == [problem])
  }

  @Test("all problems of all layers are told together")
  func together() {
    let machine = Machine(
      files: [
        Machine.systemFile: "queue: {maxSize: -1}\n", Machine.userFile: "log:\n  levl: info\n  format: xml\n",
        Machine.localFile: "a: 1\n",
      ],
      environment: [
        "HOME": "/people/ada", "SCR_QUEUE_MAX_SIZE": "many", "SCR_MCP_SERVER_COMMAND": "x",
        "SCR_MCP_SERVER_NAME": "a.b",
      ],
      configFile: "mine.yaml", flags: ["--log-level": "loud", "--nonsense": "1"])
    #expect(
      machine.problems() == [
        "/people/ada/.config/scr/scr.yaml:2:3: log.levl: unknown setting; did you mean \"level\"?",
        "scr.yaml:1:1: a: unknown setting; "
          + "known here are stateDir, workspaceRoot, log, mirror, queue, runtime, health, retention, memory, server, tools, "
          + "mcp, models, agents",
        "flag --config: there is no file /src/project/mine.yaml",
        "env SCR_MCP_SERVER_NAME: \"a.b\" is no valid name; a name has 1 to 32 letters, digits, underscores and hyphens",
        "flag --nonsense: sets no setting",
        "/etc/scr/scr.yaml:1:18: queue.maxSize: -1 is out of range; allowed are 1 to 10000000",
        "/people/ada/.config/scr/scr.yaml:3:11: log.format: \"xml\" is none of text, json",
        "env SCR_QUEUE_MAX_SIZE: queue.maxSize: expected an integer, found string",
        "flag --log-level: log.level: \"loud\" is none of trace, debug, info, notice, warning, error, critical",
      ])
  }

  @Test("an unreadable file is told, and so is a missing place for state")
  func unreadable() {
    struct Refused: Error, CustomStringConvertible { let description = "Permission denied" }
    let request = SettingsRequest(
      environment: [:], workingDirectory: "/src/project", executable: "/usr/bin/scr",
      readFile: { path in
        if path == Machine.systemFile { throw Refused() }
        return nil
      })
    let error = #expect(throws: SourceError.self) { try SettingsLoader.load(request) }
    #expect(
      error?.description == """
        /etc/scr/scr.yaml:1:1: cannot be read: Permission denied
        stateDir: there is no place for state, since HOME is not set; set SCR_STATE_DIR or --state
        """)
  }
}
