package import MCPClient
package import SCRProcess
package import SCRProtocol
import SCRRuntime

/// One tool server as configuration describes it, resolved and ready to be started.
package struct ToolServerDefinition: Sendable {
  package var spec: MCPServerSpec
  /// Globs over the server's own tool names; empty allows all.
  package var allowedTools: [String]
  package var excludedTools: [String]
  /// What local configuration vouches for, by glob.
  package var readOnlyTools: [String]
  package var idempotentTools: [String]
  /// Whether it may have the configured model answer it.
  package var allowsSampling: Bool
  package var backoff: ServerBackoff.Policy

  package init(
    spec: MCPServerSpec, allowedTools: [String] = [], excludedTools: [String] = [], readOnlyTools: [String] = [],
    idempotentTools: [String] = [], allowsSampling: Bool = false,
    backoff: ServerBackoff.Policy = ServerBackoff.Policy()
  ) {
    self.spec = spec
    self.allowedTools = allowedTools
    self.excludedTools = excludedTools
    self.readOnlyTools = readOnlyTools
    self.idempotentTools = idempotentTools
    self.allowsSampling = allowsSampling
    self.backoff = backoff
  }

  package var name: String { spec.name }
  var startupTimeout: Duration { spec.startupTimeout }

  /// The listed tools that configuration lets through, under our names.
  func descriptors(_ tools: [MCPTool]) -> [ToolDescriptor] {
    tools.filter { isOffered($0.name) }.map { tool in
      ToolDescriptor(
        name: ToolName(server: name, tool: tool.name), title: tool.title, description: tool.description ?? "",
        inputSchema: tool.inputSchema, outputSchema: tool.outputSchema, annotations: tool.annotations,
        effect: effect(of: tool.name), isNamedByConfiguration: !allowedTools.isEmpty)
    }
  }

  private func isOffered(_ tool: String) -> Bool {
    (allowedTools.isEmpty || allowedTools.contains { Glob($0).matches(tool) })
      && !excludedTools.contains { Glob($0).matches(tool) }
  }

  private func effect(of tool: String) -> ToolEffect {
    if readOnlyTools.contains(where: { Glob($0).matches(tool) }) { return .readOnly }
    return idempotentTools.contains { Glob($0).matches(tool) } ? .idempotent : .unknown
  }
}

/// Brings tool servers up; a seam so that their supervision can be tested without processes.
package protocol ToolServerLauncher: Sendable {
  /// - Throws: `MCPClientError`.
  func launch(
    _ definition: ToolServerDefinition, answerer: any ServerQuestionAnswering,
    onChange: @escaping @Sendable (ServerChange) -> Void,
    onExit: @escaping @Sendable (ExitStatus) -> Void
  ) async throws -> ToolServerProcess
}

/// Spawns real processes.
package struct ProcessLauncher: ToolServerLauncher {
  private let table: ProcessTable
  private let client: Implementation
  private let makeTap: ServerTap
  private let eras = EraCache()

  /// - Parameter makeTap: for each process of a tool server, what looks on at its pipes.
  package init(
    table: ProcessTable, client: Implementation, makeTap: @escaping ServerTap = { _ in nil }
  ) {
    self.table = table
    self.client = client
    self.makeTap = makeTap
  }

  package func launch(
    _ definition: ToolServerDefinition, answerer: any ServerQuestionAnswering,
    onChange: @escaping @Sendable (ServerChange) -> Void,
    onExit: @escaping @Sendable (ExitStatus) -> Void
  ) async throws -> ToolServerProcess {
    try await ToolServerProcess.start(
      definition.spec, in: table, client: client, answerer: answerer, eras: eras, makeTap: makeTap,
      onChange: onChange, onExit: onExit)
  }
}
