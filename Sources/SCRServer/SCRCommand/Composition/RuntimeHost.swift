import Logging
import MCPClient
import SCRProcess
import SCRRuntime
import SCRServer
import SCRTools

/// A runtime with everything around it: stores, tool servers, and their order of beginning and end.
final class RuntimeHost: Sendable {
  enum Keeping: Sendable, Hashable {
    /// As the settings say.
    case configured
    /// In memory, for commands that only look at plans.
    case nothing
  }

  let runtime: CognitiveRuntime
  let isDurable: Bool
  private let stores: Stores
  private let processes: ProcessTable
  private let servers: [ToolServerSource]
  private let begun = OneShot<Void>()

  /// Children get this long after their input is closed, and as long again after SIGTERM.
  private static let stopLadder = StopLadder(inputGrace: .milliseconds(300), terminateGrace: .milliseconds(300))

  private init(runtime: CognitiveRuntime, stores: Stores, processes: ProcessTable, servers: [ToolServerSource]) {
    self.runtime = runtime
    self.stores = stores
    self.processes = processes
    self.servers = servers
    isDurable = stores.isDurable
  }

  /// Opens the stores and puts the parts together; nothing runs yet.
  ///
  /// - Parameter maxConcurrentTasks: nil takes the settings' value; 0 claims nothing.
  /// - Throws: `StoreError`, `RuntimeError`.
  static func open(
    _ loaded: LoadedSettings, keeping: Keeping = .configured, maxConcurrentTasks: Int? = nil, log: Logger,
    in context: CommandContext
  ) async throws -> RuntimeHost {
    let settings = loaded.settings
    let stores = keeping == .nothing ? Stores.ephemeral : try await Stores.open(settings)
    let registry = ToolRegistry(
      inlineTools: NativeTools.all(clock: context.clock),
      policy: ToolPolicy(allow: settings.tools.allow.map(Glob.init), deny: settings.tools.deny.map(Glob.init)),
      limits: ToolRegistry.Limits(
        resultBytes: settings.tools.maxResultBytes, callTimeout: .milliseconds(settings.tools.callTimeoutMs)))
    let runtime = try await CognitiveRuntime(
      store: stores.tasks, memory: stores.memory, registry: registry, clock: context.clock,
      configuration: RuntimeConfiguration(
        workspaceRoot: settings.workspaceRoot ?? context.workingDirectory,
        serversDigest: { loaded.digest(of: $0) },
        maxConcurrentTasks: maxConcurrentTasks ?? settings.runtime.maxConcurrentTasks,
        maxParallelSteps: settings.runtime.maxParallelSteps, maxQueuedTasks: settings.queue.maxSize,
        lease: .milliseconds(settings.runtime.leaseMs), shutdownGrace: .milliseconds(500),
        cancelGrace: .milliseconds(settings.runtime.cancelGraceMs)),
      notice: { log.warning("\($0)") }, onExit: { log.exited($0) })
    let processes = ProcessTable()
    let launcher = ProcessLauncher(table: processes, client: Version.implementation)
    let servers = loaded.servers.filter { $0.state == .enabled }.map { server in
      ToolServerSource(
        definition: server.definition(context.environment), launcher: launcher, clock: context.clock,
        onChange: { [weak runtime] status in
          log.changed(server.name, status)
          runtime?.serverChanged(server.name, status)
        })
    }
    for server in servers { registry.add(server) }
    for server in loaded.servers where server.state != .enabled { registry.add(IdleServer(server)) }
    return RuntimeHost(runtime: runtime, stores: stores, processes: processes, servers: servers)
  }

  /// Runs the tool servers, and the agents if `working`, around `body`. Afterwards everything is stopped in order: the
  /// agents, the tool servers, the stores.
  ///
  /// - Parameter atOnce: false leaves it to `body` to say when they ``begin()``.
  func run<Result>(
    working: Bool = true, atOnce: Bool = true, _ body: () async throws -> Result
  ) async throws -> Result {
    if atOnce { begin() }
    let outcome: Swift.Result<Result, any Error>
    do {
      outcome = .success(
        try await withServers {
          try await withAgents(working) { try await body() }
        })
    } catch { outcome = .failure(error) }
    await stores.close()
    return try outcome.get()
  }

  /// Starting processes and looking through the queue take a core for some milliseconds each, which a host that waits for
  /// its first answer would feel.
  func begin() { begun.fire(()) }

  private func withServers<Result>(_ body: () async throws -> Result) async throws -> Result {
    try await withThrowingTaskGroup(of: Void.self) { group in
      for server in servers {
        group.addTask { [begun] in
          guard await begun.value() != nil else { return }
          await server.run()
        }
      }
      do {
        let result = try await body()
        await stopServers(&group)
        return result
      } catch {
        await stopServers(&group)
        throw error
      }
    }
  }

  private func stopServers(_ group: inout ThrowingTaskGroup<Void, any Error>) async {
    group.cancelAll()
    await processes.stopAll(ladder: Self.stopLadder)
  }

  private func withAgents<Result>(_ working: Bool, _ body: () async throws -> Result) async throws -> Result {
    try await withThrowingTaskGroup(of: Void.self) { group in
      if working {
        group.addTask { [runtime, begun] in
          guard await begun.value() != nil else { return }
          await runtime.run()
        }
      }
      defer { runtime.shutDown() }
      return try await body()
    }
  }
}
