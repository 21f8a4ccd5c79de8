import MCPClient
import SCRProcess
import SCRProtocol
import SCRTestSupport

/// Swift Testing has a type of this name as well.
typealias ExitStatus = SCRProcess.ExitStatus

/// Starts fake tool servers, as real processes.
struct Servers: Sendable {
  let table = ProcessTable()
  let exit = Signal<ExitStatus>()
  let changes = Signal<ServerChange>()

  func start(_ flags: String...) async throws -> ToolServerProcess { try await start(flags: flags) }

  /// - Parameter startup: long, so that a loaded machine is no reason to fail; short where silence is what is tested.
  func start(
    flags: [String], command: String = Fixture.path("fake-mcp-server"), startup: Duration = .seconds(60),
    ladder: StopLadder = StopLadder()
  ) async throws -> ToolServerProcess {
    let spec = MCPServerSpec(
      name: "fake", process: ProcessSpec(command: command, arguments: flags, environment: ["PATH": "/usr/bin:/bin"]),
      startupTimeout: startup, stopLadder: ladder)
    return try await ToolServerProcess.start(
      spec, in: table, client: Implementation(name: "scr", version: "1"),
      onChange: { [changes] in changes.fire($0) },
      onExit: { [exit] in exit.fire($0) })
  }
}

extension ToolServerProcess {
  func call(_ tool: String, _ arguments: JSONObject = [:]) async throws -> CallToolResult {
    try await call(tool, arguments: arguments, CallOptions(timeout: nil))
  }

  /// What has come to the server so far.
  func heard() async throws -> [String] {
    let text = try await call("heard").content.first?["text"]?.stringValue ?? ""
    return text.split(separator: ", ").map(String.init)
  }
}
