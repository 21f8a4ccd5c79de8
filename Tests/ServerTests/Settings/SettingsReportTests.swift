import SCRProtocol
import SCRServer
import Testing

@Suite("scr config show")
struct SettingsReportTests {
  @Test("every value is shown with its origin, and no secret")
  func report() throws {
    let text = """
      queue: {maxSize: 5}
      mcp: {servers: {git: {command: git-mcp, env: {API_KEY: sk-123, B: c, TOKEN: {env: T}}}}}
      """
    let machine = Machine(
      files: [Machine.userFile: text], environment: ["HOME": "/people/ada", "SCR_TOOLS_ALLOW": "a,b.*"],
      flags: ["--log-level": "debug"])
    let report = SettingsReport(try machine.load())
    #expect(
      report.text == """
        stateDir = /people/ada/.local/state/scr  (default)
        workspaceRoot = (none)  (default)
        log.level = debug  (flag --log-level)
        log.format = text  (default)
        log.file = (none)  (default)
        mirror.dir = (none)  (default)
        mirror.maxBytes = 67108864  (default)
        queue.maxSize = 5  (/people/ada/.config/scr/scr.yaml:1:18)
        queue.maxBytes = 1073741824  (default)
        queue.ageingMs = 60000  (default)
        queue.maximumWaitMs = 600000  (default)
        runtime.maxConcurrentTasks = 8  (default)
        runtime.maxParallelSteps = 8  (default)
        runtime.leaseMs = 30000  (default)
        runtime.cancelGraceMs = 2000  (default)
        health.checkMs = 5000  (default)
        health.agentStuckMs = 60000  (default)
        health.callMarginMs = 10000  (default)
        health.minFreeDiskBytes = 104857600  (default)
        retention.completedMs = 604800000  (default)
        retention.failedMs = 2592000000  (default)
        retention.deadMs = 0  (default)
        retention.cancelledMs = 604800000  (default)
        retention.maxEvents = 1000000  (default)
        memory.enabled = true  (default)
        memory.backend = sqlite  (default)
        memory.path = (none)  (default)
        memory.maxRecords = 100000  (default)
        memory.maxBytes = 268435456  (default)
        memory.ttlMs = 0  (default)
        memory.taskTtlMs = 0  (default)
        memory.embeddings.provider = (none)  (default)
        memory.embeddings.model = (none)  (default)
        server.maxFrameBytes = 16777216  (default)
        server.maxInFlight = 1024  (default)
        server.maxConnections = 64  (default)
        server.stalledMs = 30000  (default)
        server.drainMs = 400  (default)
        tools.allow = [a, "b.*"]  (env SCR_TOOLS_ALLOW)
        tools.deny = []  (default)
        tools.maxResultBytes = 1048576  (default)
        tools.callTimeoutMs = 60000  (default)
        mcp.servers.git.command = git-mcp  (/people/ada/.config/scr/scr.yaml:2:32)
        mcp.servers.git.env = { API_KEY: "<redacted>", B: c, TOKEN: { env: T } }  (/people/ada/.config/scr/scr.yaml:2:46)
        models.default = (none)  (default)
        models.retryBudget = 50  (default)
        models.breakerFailures = 5  (default)
        models.breakerCooldownMs = 30000  (default)
        models.cacheEntries = 1000  (default)
        models.cacheTtlMs = 3600000  (default)
        agents.maxTurns = 24  (default)
        agents.maxRounds = 3  (default)
        agents.maxSteps = 20  (default)
        agents.timeoutMs = 1800000  (default)
        agents.prompts = (none)  (default)
        agents.folder = (none)  (default)
        agents.skills = (none)  (default)
        agents.contextTokens = 96000  (default)
        agents.recallRecords = 5  (default)
        agents.recallBytes = 8192  (default)

        """)
    #expect(
      report.json.arrayValue?.prefix(1)
        == [["path": "stateDir", "value": "/people/ada/.local/state/scr", "origin": "default"]])
    #expect(report.json.arrayValue?.count == report.rows.count)
  }

  @Test(
    "names that look like secrets",
    arguments: [
      ("GITHUB_TOKEN", true), ("OPENAI_API_KEY", true), ("DB_PASSWORD", true), ("Authorization", true), ("PATH", false),
      ("TZ", false),
    ])
  func secrets(name: String, isSecret: Bool) {
    #expect(Redaction.isSecret(name) == isSecret)
  }
}
