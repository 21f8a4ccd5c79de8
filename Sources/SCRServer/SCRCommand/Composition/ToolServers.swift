import MCPClient
import SCRProcess
import SCRProtocol
import SCRRuntime
import SCRServer
import SCRTools

extension ServerSettings {
  /// How the server is started and what of it is used.
  func definition(_ environment: [String: String]) -> ToolServerDefinition {
    let process = ProcessSpec(
      command: command, arguments: args,
      environment: ChildEnvironment.make(inherited: environment, declared: env), workingDirectory: cwd)
    return ToolServerDefinition(
      spec: MCPServerSpec(
        name: name, process: process, startupTimeout: .milliseconds(startupTimeoutMs),
        callTimeout: .milliseconds(callTimeoutMs), idleTimeout: idleTimeoutMs.map { .milliseconds($0) }),
      allowedTools: allowedTools, excludedTools: excludedTools, readOnlyTools: readOnlyTools,
      idempotentTools: idempotentTools, allowsSampling: sampling)
  }

  /// The command as a person would type it, with references to variables instead of their values.
  var commandLine: String { ([wording.command] + wording.args).map(Self.quoted).joined(separator: " ") }

  private static func quoted(_ word: String) -> String {
    let isPlain =
      !word.isEmpty
      && word.utf8.allSatisfy { byte in
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20) || (0x2B...0x3A).contains(byte)
          || [UInt8(ascii: "_"), UInt8(ascii: "="), UInt8(ascii: "@"), UInt8(ascii: "%")].contains(byte)
      }
    return isPlain
      ? word : "'" + word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
  }

  var stateReason: String? {
    switch state {
    case .enabled, .disabled: nil
    case .needsApproval: "it comes from a file of the working directory: scr mcp trust shows it"
    case .unsupported(let reason): reason
    }
  }
}

extension LoadedSettings {
  /// Finds a server by its name.
  /// - Throws: ``CommandFailure`` with exit code 2 and the nearest name.
  func server(_ name: String) throws(CommandFailure) -> ServerSettings {
    if let server = servers.first(where: { $0.name == name }) { return server }
    let nearest = Suggestion.nearest(to: name, among: servers.map(\.name))
    throw CommandFailure.usage(
      "there is no tool server \"\(name)\"",
      hint: nearest.map { "did you mean \"\($0)\"?" } ?? "scr mcp list shows those that are configured")
  }
}

/// A tool server that is known and not started, so that its state can be seen and its absence explained.
struct IdleServer: ToolSource {
  let serverName: String?
  let status: ToolServerStatus
  var tools: [ToolDescriptor] { [] }

  init(_ server: ServerSettings) {
    serverName = server.name
    let state: ToolServerStatus.State =
      switch server.state {
      // Nobody expects it to run, so it must not count as broken.
      case .enabled, .disabled, .unsupported: .disabled
      case .needsApproval: .needsApproval
      }
    status = ToolServerStatus(state: state, reason: server.stateReason)
  }

  func settle() async {}

  func call(_ call: ToolCall) async throws -> ToolResult {
    throw ToolError(
      .serverUnavailable, "the tool server \(serverName ?? "") is \(status.state.rawValue)", hint: status.reason)
  }
}
