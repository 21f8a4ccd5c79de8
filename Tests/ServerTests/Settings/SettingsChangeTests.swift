import SCRProtocol
import Testing

@testable import SCRServer

@Suite("What a reload of the configuration changes")
struct SettingsChangeTests {
  private func changed(_ body: (inout Settings) -> Void) -> SettingsChange {
    var settings = Settings(stateDir: "/state")
    body(&settings)
    return SettingsChange(from: Settings(stateDir: "/state"), to: settings)
  }

  @Test("nothing is different between equal readings")
  func nothing() { #expect(changed { _ in } == SettingsChange(from: .init(stateDir: "s"), to: .init(stateDir: "s"))) }

  @Test("limits, policy and level count at once; where things are kept counts from the next start")
  func kinds() {
    let change = changed { settings in
      settings.queue.maxSize = 1
      settings.tools.deny = ["*"]
      settings.log.level = .trace
      settings.server.drainMs = 7
      settings.stateDir = "/elsewhere"
      settings.log.format = .json
    }
    #expect(change.atOnce == ["log.level", "queue.maxSize", "server.drainMs", "tools.deny"])
    #expect(change.atRestart == ["stateDir", "log.format"])
  }

  @Test("exactly what needs a restart is kept as it was at the start")
  func kept() throws {
    var start = Settings(stateDir: "/state")
    start.workspaceRoot = "/root"
    start.log.file = "/log"
    start.memory.path = "/memory"
    start.models.default = "one"
    start.agents.prompts = "/prompts"
    start.agents.folder = "/agents"
    start.agents.skills = "/skills"
    start.memory.embeddings = EmbeddingSettings(provider: "o", model: "u")
    var new = Settings(stateDir: "/new")
    new.workspaceRoot = "/other"
    new.log = LogSettings(level: .trace, format: .json, file: "/other")
    (new.mirror.dir, new.mirror.maxBytes) = ("/m", 5000)
    new.queue = QueueSettings(maxSize: 5, maxBytes: 6, ageingMs: 7, maximumWaitMs: 8)
    new.runtime = RuntimeSettings(maxConcurrentTasks: 1, maxParallelSteps: 2, leaseMs: 3000, cancelGraceMs: 5)
    new.health = HealthSettings(checkMs: 1, agentStuckMs: 2, callMarginMs: 3, minFreeDiskBytes: 4)
    new.server = ConnectionSettings(
      maxFrameBytes: 9999, maxInFlight: 3, maxConnections: 5, stalledMs: 600, drainMs: 4)
    new.tools = ToolSettings(allow: ["a"], deny: ["d"], maxResultBytes: 2000, callTimeoutMs: 3)
    new.retention = RetentionSettings(completedMs: 1, failedMs: 2, deadMs: 3, cancelledMs: 4, maxEvents: 5)
    new.memory = MemorySettings(
      enabled: false, backend: .memory, path: "/m", maxRecords: 1, maxBytes: 1 << 21, ttlMs: 2, taskTtlMs: 3,
      embeddings: EmbeddingSettings(provider: "p", model: "v"))
    new.models.default = "m"
    (new.models.retryBudget, new.models.breakerFailures, new.models.breakerCooldownMs) = (1, 2, 3)
    (new.models.cacheEntries, new.models.cacheTtlMs) = (4, 5)
    new.agents = AgentSettings(maxTurns: 1, maxRounds: 2, maxSteps: 3, timeoutMs: 4, prompts: "/p")
    (new.agents.folder, new.agents.skills) = ("/a", "/s")
    (new.agents.contextTokens, new.agents.recallRecords, new.agents.recallBytes) = (5000, 6, 700)
    let scalar = Settings.catalogue.filter { !$0.path.contains("*") && $0.traits.status == .effective }
    // A setting that this test forgets would be the same before and after.
    let all = SettingsChange(from: start, to: new)
    #expect(Set(all.atOnce + all.atRestart) == Set(scalar.map(\.path)))
    let kept = LoadedSettings(settings: new).keepingFixed(of: LoadedSettings(settings: start)).settings
    #expect(SettingsChange(from: start, to: kept).atRestart == [])
    #expect(SettingsChange(from: new, to: kept).atOnce == [])
  }

  @Test("the built-in filesystem server keeps its root, and one of the same name that is configured does not")
  func builtIn() {
    func loaded(_ root: String, _ origin: SourceOrigin) -> LoadedSettings {
      var server = ServerSettings(name: "filesystem", command: "scr", callTimeoutMs: 1, origin: origin)
      server.args = ["--root", root]
      return LoadedSettings(settings: Settings(stateDir: "s"), servers: [server])
    }
    let start = loaded("/a", .standard)
    #expect(loaded("/b", .standard).keepingFixed(of: start).servers == start.servers)
    let configured = loaded("/b", .flag("--config"))
    #expect(configured.keepingFixed(of: start).servers == configured.servers)
  }
}

extension LoadedSettings {
  fileprivate init(settings: Settings, servers: [ServerSettings] = []) {
    self.init(settings: settings, origins: [:], servers: servers, consents: [], notices: [])
  }
}
