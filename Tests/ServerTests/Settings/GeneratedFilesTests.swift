import Foundation
import SCRProtocol
import SCRServer
import Testing

/// Files in the repository that follow from the descriptions of the settings. `SCR_UPDATE_GENERATED=1` rewrites them.
@Suite("Generated files of settings")
struct GeneratedFilesTests {
  private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()
  private static let isUpdating = ProcessInfo.processInfo.environment["SCR_UPDATE_GENERATED"] == "1"
  private static let marks = ("<!-- settings: generated -->\n", "<!-- settings: end -->\n")

  private func file(_ path: String) -> URL { Self.root.appending(path: path) }

  @Test("examples/scr.yaml shows every setting as it is described")
  func example() throws {
    let file = file("examples/scr.yaml")
    if Self.isUpdating { try Data(ExampleFile.text.utf8).write(to: file) }
    #expect(try String(contentsOf: file, encoding: .utf8) == ExampleFile.text)
  }

  @Test("docs/configuration.md has the table of every setting as it is described")
  func table() throws {
    let file = file("docs/configuration.md")
    let text = try String(contentsOf: file, encoding: .utf8)
    let start = try #require(text.range(of: Self.marks.0)).upperBound
    let end = try #require(text.range(of: Self.marks.1)).lowerBound
    if Self.isUpdating {
      let updated = text[..<start] + SettingsTable.markdown + text[end...]
      try Data(updated.utf8).write(to: file)
    } else {
      #expect(String(text[start..<end]) == SettingsTable.markdown)
    }
  }

  @Test("the example changes nothing as it stands")
  func inert() throws {
    let loaded = try Machine(files: ["/a.yaml": ExampleFile.text], configFile: "/a.yaml").load()
    #expect(loaded.settings == Settings(stateDir: "/people/ada/.local/state/scr"))
    #expect(loaded.origins == [:])
  }

  @Test("with every key uncommented the example is accepted and names every setting that is not refused")
  func uncommented() throws {
    let lines = ExampleFile.text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    // A server has either a command or a URL.
    let keys = lines.filter { !$0.contains("url: ") && !$0.contains("headers: ") }.map { line in
      line.replacing(/^( *)#([A-Za-z]|  +)/) { "\($0.1)\($0.2)" }
    }
    let loaded = try Machine(files: ["/a.yaml": keys.joined(separator: "\n")], configFile: "/a.yaml").load()
    let expected = Settings.catalogue.filter { $0.traits.status != .refused }.map(\.path).filter {
      !$0.hasSuffix(".url") && !$0.hasSuffix(".headers")
    }
    #expect(Set(loaded.origins.keys.map { $0.replacing(".example.", with: ".*.") }) == Set(expected))
    var numbers = Settings(stateDir: "")
    numbers.queue = loaded.settings.queue
    numbers.queue.classes = [:]
    numbers.runtime = loaded.settings.runtime
    numbers.health = loaded.settings.health
    numbers.retention = loaded.settings.retention
    numbers.memory = loaded.settings.memory
    numbers.memory.path = nil
    numbers.memory.embeddings = EmbeddingSettings()
    numbers.server = loaded.settings.server
    numbers.agents = loaded.settings.agents
    numbers.agents.prompts = nil
    numbers.agents.folder = nil
    numbers.agents.skills = nil
    #expect(numbers == Settings(stateDir: ""))
  }

  @Test("names of variables follow from the paths, and no two are the same")
  func variables() {
    let names = Settings.catalogue.compactMap(\.environmentName)
    #expect(
      names == [
        "SCR_STATE_DIR", "SCR_WORKSPACE_ROOT", "SCR_LOG_LEVEL", "SCR_LOG_FORMAT", "SCR_LOG_FILE", "SCR_MIRROR_DIR",
        "SCR_MIRROR_MAX_BYTES", "SCR_QUEUE_MAX_SIZE",
        "SCR_QUEUE_MAX_BYTES", "SCR_QUEUE_AGEING_MS", "SCR_QUEUE_MAXIMUM_WAIT_MS",
        "SCR_RUNTIME_MAX_CONCURRENT_TASKS", "SCR_RUNTIME_MAX_PARALLEL_STEPS", "SCR_RUNTIME_LEASE_MS",
        "SCR_RUNTIME_CANCEL_GRACE_MS",
        "SCR_HEALTH_CHECK_MS", "SCR_HEALTH_AGENT_STUCK_MS", "SCR_HEALTH_CALL_MARGIN_MS",
        "SCR_HEALTH_MIN_FREE_DISK_BYTES",
        "SCR_RETENTION_COMPLETED_MS", "SCR_RETENTION_FAILED_MS", "SCR_RETENTION_DEAD_MS", "SCR_RETENTION_CANCELLED_MS",
        "SCR_RETENTION_MAX_EVENTS", "SCR_MEMORY_ENABLED", "SCR_MEMORY_BACKEND", "SCR_MEMORY_PATH",
        "SCR_MEMORY_MAX_RECORDS", "SCR_MEMORY_MAX_BYTES", "SCR_MEMORY_TTL_MS", "SCR_MEMORY_TASK_TTL_MS",
        "SCR_MEMORY_EMBEDDINGS_PROVIDER", "SCR_MEMORY_EMBEDDINGS_MODEL",
        "SCR_SERVER_MAX_FRAME_BYTES", "SCR_SERVER_MAX_IN_FLIGHT", "SCR_SERVER_MAX_CONNECTIONS",
        "SCR_SERVER_STALLED_MS", "SCR_SERVER_DRAIN_MS", "SCR_TOOLS_ALLOW",
        "SCR_TOOLS_DENY", "SCR_TOOLS_MAX_RESULT_BYTES", "SCR_TOOLS_CALL_TIMEOUT_MS", "SCR_MODELS_DEFAULT",
        "SCR_MODELS_RETRY_BUDGET", "SCR_MODELS_BREAKER_FAILURES", "SCR_MODELS_BREAKER_COOLDOWN_MS",
        "SCR_MODELS_CACHE_ENTRIES", "SCR_MODELS_CACHE_TTL_MS",
        "SCR_AGENTS_MAX_TURNS", "SCR_AGENTS_MAX_ROUNDS", "SCR_AGENTS_MAX_STEPS", "SCR_AGENTS_TIMEOUT_MS",
        "SCR_AGENTS_PROMPTS", "SCR_AGENTS_FOLDER", "SCR_AGENTS_SKILLS", "SCR_AGENTS_CONTEXT_TOKENS",
        "SCR_AGENTS_RECALL_RECORDS", "SCR_AGENTS_RECALL_BYTES",
      ])
  }
}
