import SCRProtocol

package struct MCPSettings: Sendable, Hashable {
  package var servers: [String: ServerEntry] = [:]

  static let settings: [Setting<MCPSettings>] = Setting.records(
    "servers", \.servers, empty: { ServerEntry() }, ServerEntry.settings)
}

/// A tool server as it is written under `mcp.servers.<name>` (interface.md §8).
package struct ServerEntry: Sendable, Hashable {
  package var command: String?
  package var args: [String] = []
  package var env: [String: EntryValue] = [:]
  package var cwd: String?
  package var url: String?
  package var headers: [String: EntryValue] = [:]
  package var enabled = true
  package var allowedTools: [String] = []
  package var excludedTools: [String] = []
  package var readOnlyTools: [String] = []
  package var idempotentTools: [String] = []
  package var startupTimeoutMs = 10_000
  package var callTimeoutMs: Int?
  package var idleTimeoutMs: Int?
  package var sampling = false

  package init() {}

  static let settings: [Setting<ServerEntry>] = [
    Setting(
      "command", \.command, .string, "The program to start, by path or by its name in PATH. No shell is involved.",
      consent: .required, example: "uvx"),
    Setting("args", \.args, .strings, "Its arguments.", consent: .required, example: ["mcp-server-time"]),
    Setting(
      "env", \.env, .entries, "Variables for it, besides the harmless ones that every server gets.",
      consent: .required, example: ["TZ": "UTC", "API_TOKEN": ["env": "MY_TOKEN"]]),
    Setting(
      "cwd", \.cwd, .path, "The folder it runs in.", consent: .required, computedDefault: "the working directory",
      example: "~/work"),
    Setting(
      "url", \.url, .httpURL, "The address of a server that is reached by HTTP: listed as unsupported for now.",
      consent: .required, status: .checkedOnly, example: "https://example.org/mcp"),
    Setting(
      "headers", \.headers, .entries, "HTTP headers for `url`.", consent: .required, status: .checkedOnly,
      example: ["Authorization": ["env": "MY_AUTHORIZATION"]]),
    Setting("enabled", \.enabled, .bool, "Whether it is started.", consent: .required),
    Setting(
      "allowedTools", \.allowedTools, .strings,
      "Patterns of its tools that are offered, and may be called even if they write; without any, all are offered.",
      consent: .required, example: ["get_*"]),
    Setting(
      "excludedTools", \.excludedTools, .strings, "Patterns of its tools that are not offered.", consent: .required,
      example: ["delete_*"]),
    Setting(
      "readOnlyTools", \.readOnlyTools, .strings, "Patterns of its tools that change nothing, on your word.",
      consent: .required, example: ["get_*"]),
    Setting(
      "idempotentTools", \.idempotentTools, .strings,
      "Patterns of its tools that may safely be called again after a crash, on your word.", consent: .required,
      example: ["put_*"]),
    Setting(
      "startupTimeoutMs", \.startupTimeoutMs, .duration, "How long it may take from its start to its list of tools.",
      consent: .required),
    Setting(
      "callTimeoutMs", \.callTimeoutMs, .duration, "How long one call may take.", consent: .required,
      computedDefault: "tools.callTimeoutMs", example: 60_000),
    Setting(
      "idleTimeoutMs", \.idleTimeoutMs, .duration,
      "How long a call may be without an answer or progress; `callTimeoutMs` counts all the same.", consent: .required,
      computedDefault: "no such limit", example: 20_000),
    Setting(
      "sampling", \.sampling, .bool, "Whether it may have the default model answer it, at your cost.",
      consent: .required),
    Setting(refused: "maxConcurrentCalls", "Calls that it gets at the same time."),
    Setting(refused: "restart", "Whether it is started again after it ended; now it always is, with growing pauses."),
    Setting(refused: "sandbox", "Confines the process."),
  ]
}
