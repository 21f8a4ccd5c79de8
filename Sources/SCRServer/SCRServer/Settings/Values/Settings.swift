import SCRProtocol

/// Everything that can be configured, with its defaults. Key paths, ranges and sentences: ``catalogue``.
package struct Settings: Sendable, Hashable {
  /// The state directory, or `:memory:` for none.
  package var stateDir: String
  /// The root of the built-in filesystem server, if set.
  package var workspaceRoot: String?
  package var log = LogSettings()
  package var mirror = MirrorSettings()
  package var queue = QueueSettings()
  package var runtime = RuntimeSettings()
  package var health = HealthSettings()
  package var retention = RetentionSettings()
  package var memory = MemorySettings()
  package var server = ConnectionSettings()
  package var tools = ToolSettings()
  package var mcp = MCPSettings()
  package var models = ModelSettings()
  package var agents = AgentSettings()

  package init(stateDir: String) { self.stateDir = stateDir }

  /// The state directory that keeps nothing.
  package static let inMemory = ":memory:"

  /// In the order of the documentation.
  package static let catalogue: [Setting<Settings>] =
    [
      Setting(
        "stateDir", \.stateDir, .path,
        "Where tasks, memory and consents are kept; `:memory:` keeps nothing. Not accepted from ./scr.yaml.",
        flag: "--state", consent: .never, needsRestart: true,
        computedDefault: "$XDG_STATE_HOME/scr, else ~/.local/state/scr"),
      Setting(
        "workspaceRoot", \.workspaceRoot, .path, "The folder that the built-in filesystem server may read.",
        consent: .required, needsRestart: true,
        computedDefault: "the working directory, unless that is / or the home directory",
        example: "~/work"),
    ]
    + Setting.section("log", \.log, LogSettings.settings)
    + Setting.section("mirror", \.mirror, MirrorSettings.settings)
    + Setting.section("queue", \.queue, QueueSettings.settings)
    + Setting.section("runtime", \.runtime, RuntimeSettings.settings)
    + Setting.section("health", \.health, HealthSettings.settings)
    + Setting.section("retention", \.retention, RetentionSettings.settings)
    + Setting.section("memory", \.memory, MemorySettings.settings)
    + Setting.section("server", \.server, ConnectionSettings.settings)
    + Setting.section("tools", \.tools, ToolSettings.settings)
    + Setting.section("mcp", \.mcp, MCPSettings.settings)
    + Setting.section("models", \.models, ModelSettings.settings)
    + Setting.section("agents", \.agents, AgentSettings.settings)
}
