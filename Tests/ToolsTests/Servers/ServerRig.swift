import MCPClient
import SCRProcess
import SCRProtocol
import SCRRuntime
import SCRTestSupport
import SCRTools

/// Swift Testing has a type of this name as well.
typealias ExitStatus = SCRProcess.ExitStatus

/// A source over real processes of the fake server, under a clock that the test moves.
struct ServerRig: Sendable {
  private let table = ProcessTable()
  let clock = ManualClock()
  /// Every change that the source told of.
  let changes = Signal<ToolServerStatus>()
  /// Every change of resources or prompts.
  let contents = Signal<Void>()
  /// What the runtime itself answers.
  var host = ToolServerHost()

  func definition(
    _ flags: [String] = [], command: String = Fixture.path("fake-mcp-server"), startup: Duration = .seconds(60),
    failures: Int = 8
  ) -> ToolServerDefinition {
    ToolServerDefinition(
      spec: MCPServerSpec(
        name: "fake",
        process: ProcessSpec(command: command, arguments: flags, environment: ["PATH": "/usr/bin:/bin"]),
        startupTimeout: startup),
      backoff: ServerBackoff.Policy(failures: failures))
  }

  var processCount: Int { table.count }

  var launcher: ProcessLauncher { ProcessLauncher(table: table, client: Implementation(name: "scr", version: "1")) }

  func source(_ definition: ToolServerDefinition, launcher: (any ToolServerLauncher)? = nil) -> ToolServerSource {
    ToolServerSource(
      definition: definition, launcher: launcher ?? self.launcher, clock: clock, host: host,
      onContent: { [contents] in contents.fire() },
      onChange: { [changes] in
        changes.fire($0)
      })
  }

  /// Runs the source beside `body`, then stops it and waits for its end.
  func live(_ source: ToolServerSource, _ body: @Sendable () async throws -> Void) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { await source.run() }
      defer { group.cancelAll() }
      try await body()
    }
  }

  /// The first change to this state after so many restarts.
  @discardableResult
  func reached(_ state: ToolServerStatus.State, restarts: Int = 0) async -> ToolServerStatus {
    await changes.first { $0.state == state && $0.restarts == restarts }
  }
}

extension ToolServerSource {
  func call(_ tool: String, _ arguments: JSONObject = [:]) async throws -> ToolResult {
    try await call(ToolCall(name: ToolName(server: "fake", tool: tool), arguments: arguments))
  }
}

/// Does something with a server after it has started and before its source gets it.
struct InterposedLauncher: ToolServerLauncher {
  let inner: any ToolServerLauncher
  var before: @Sendable () async throws -> Void = {}
  var after: @Sendable (ToolServerProcess) async throws -> Void = { _ in }

  func launch(
    _ definition: ToolServerDefinition, answerer: any ServerQuestionAnswering,
    onChange: @escaping @Sendable (ServerChange) -> Void,
    onExit: @escaping @Sendable (ExitStatus) -> Void
  ) async throws -> ToolServerProcess {
    try await before()
    let server = try await inner.launch(definition, answerer: answerer, onChange: onChange, onExit: onExit)
    try await after(server)
    return server
  }
}
