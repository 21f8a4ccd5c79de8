import Logging
import MCPClient
import SCRProcess
import SCRProtocol
import SCRRuntime
import SCRServer
import SCRStore
import SCRTools

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

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
  private let servers: ToolServerFleet
  private let log: Logger
  private let begun = OneShot<Void>()

  /// Children get this long after their input is closed, and as long again after SIGTERM.
  private static let stopLadder = StopLadder(inputGrace: .milliseconds(200), terminateGrace: .milliseconds(200))

  private init(
    runtime: CognitiveRuntime, stores: Stores, processes: ProcessTable, servers: ToolServerFleet, log: Logger
  ) {
    self.runtime = runtime
    self.stores = stores
    self.processes = processes
    self.servers = servers
    self.log = log
    isDurable = stores.isDurable
  }

  /// Opens the stores and puts the parts together; nothing runs yet.
  ///
  /// - Parameters:
  ///   - directory: the settings' state directory, where it was taken already.
  ///   - maxConcurrentTasks: nil takes the settings' value; 0 claims nothing.
  ///   - mirror: records the pipes of tool servers.
  /// - Throws: `StoreError`, `RuntimeError`.
  static func open(
    _ loaded: LoadedSettings, keeping: Keeping = .configured, owning directory: StateDirectory? = nil,
    maxConcurrentTasks: Int? = nil, mirror: Mirror? = nil, log: Logger, in context: CommandContext
  ) async throws -> RuntimeHost {
    let settings = loaded.settings
    let models = ModelFleet(settings.models, environment: context.environment, clock: context.clock).registry
    // Before the stores: what is wrong in a file must not leave them open.
    let prompts = try PromptFiles.read(settings.agents.prompts)
    let folders = try AgentFiles.read(loaded)
    for notice in folders.notices { log.warning("\(notice)") }
    let stores =
      keeping == .nothing ? Stores.ephemeral : try await Stores.open(settings, in: directory) { log.error("\($0)") }
    let registry = ToolRegistry(
      inlineTools: NativeTools.all(clock: context.clock),
      policy: settings.tools.policy, limits: settings.tools.limits)
    var runtimeConfiguration = configuration(loaded, maxConcurrentTasks: maxConcurrentTasks, in: context)
    runtimeConfiguration.health = settings.health.rules(freeDisk: stores.freeDisk, processID: getpid())
    runtimeConfiguration.prompts = prompts
    runtimeConfiguration.definitions = folders.definitions
    runtimeConfiguration.skills = folders.skills
    runtimeConfiguration.embedder = try MemoryVectors.embedder(settings.memory.embeddings, models)
    let runtime = try await CognitiveRuntime(
      store: stores.tasks, memory: stores.memory, registry: registry, models: models, clock: context.clock,
      configuration: runtimeConfiguration,
      notice: { log.warning("\($0)") }, onExit: { log.exited($0) })
    let processes = ProcessTable(
      ledger: stores.childrenPath.map { path in ChildLedger(path: path) { log.warning("\($0)") } })
    let launcher = ProcessLauncher(table: processes, client: Version.implementation) { mirror?.tap($0) }
    let host = ToolServerHost(roots: [runtimeConfiguration.workspaceRoot], sampler: try? models.provider())
    let servers = ToolServerFleet(loaded.servers, registry: registry, environment: context.environment) {
      [runtime, clock = context.clock, environment = context.environment] server in
      ToolServerSource(
        definition: server.definition(environment), launcher: launcher, clock: clock, host: host,
        onContent: { [weak registry] in registry?.contentChanged() },
        onChange: { [weak runtime] status in
          // Who reads that it is ready calls its tools at once.
          runtime?.serverChanged(server.name, status)
          log.changed(server.name, status)
        })
    }
    return RuntimeHost(runtime: runtime, stores: stores, processes: processes, servers: servers, log: log)
  }

  /// Makes limits, policy and tool servers those of another configuration; what is the same is not touched.
  func apply(_ loaded: LoadedSettings) async -> ServerChanges {
    let settings = loaded.settings
    runtime.registry.change(policy: settings.tools.policy, limits: settings.tools.limits)
    runtime.reconfigure { configuration in
      configuration.maxQueuedBytes = settings.queue.maxBytes
      configuration.queueClasses = settings.queue.classes
      configuration.queueRules = settings.queue.rules
      configuration.cancelGrace = .milliseconds(settings.runtime.cancelGraceMs)
      configuration.serversDigest = ServerDigests(loaded.servers).digest(of:)
      configuration.maxConcurrentTasks = settings.runtime.maxConcurrentTasks
      configuration.maxParallelSteps = settings.runtime.maxParallelSteps
      configuration.maxQueuedTasks = settings.queue.maxSize
      configuration.shutdownGrace = .milliseconds(settings.server.drainMs)
      configuration.health = settings.health.rules(
        freeDisk: configuration.health.freeDisk, processID: configuration.health.processID)
      configuration.retention = settings.retention.retention
      configuration.memory.life = settings.memory.life
      configuration.agents = settings.agents.rules
    }
    return await servers.apply(loaded.servers, grace: .milliseconds(settings.server.drainMs))
  }

  /// - Parameter maxConcurrentTasks: nil takes the settings' value.
  static func configuration(
    _ loaded: LoadedSettings, maxConcurrentTasks: Int? = nil, in context: CommandContext
  ) -> RuntimeConfiguration {
    let settings = loaded.settings
    var configuration = RuntimeConfiguration(
      workspaceRoot: settings.workspaceRoot ?? context.workingDirectory,
      serversDigest: ServerDigests(loaded.servers).digest(of:),
      maxConcurrentTasks: maxConcurrentTasks ?? settings.runtime.maxConcurrentTasks,
      maxParallelSteps: settings.runtime.maxParallelSteps, maxQueuedTasks: settings.queue.maxSize,
      maxQueuedBytes: settings.queue.maxBytes, lease: .milliseconds(settings.runtime.leaseMs),
      shutdownGrace: .milliseconds(settings.server.drainMs),
      cancelGrace: .milliseconds(settings.runtime.cancelGraceMs))
    configuration.queueRules = settings.queue.rules
    configuration.queueClasses = settings.queue.classes
    configuration.retention = settings.retention.retention
    configuration.memory = settings.memory.rules(stateDir: settings.stateDir)
    configuration.agents = settings.agents.rules
    let zones = ZoneDatabase()
    configuration.zones = { try zones.civilZone($0) }
    return configuration
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
      group.addTask { [self] in
        guard await begun.value() != nil else { return }
        await sweepLeftovers()
        await servers.run()
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

  /// What an earlier owner's tool servers left must be gone before ours begin: it may hold what they need.
  private func sweepLeftovers() async {
    for left in await processes.sweepLeftovers() {
      log.warning(
        "a process that an earlier run left was ended",
        metadata: ["pid": "\(left.pid)", "name": "\(left.name)", "outcome": "\(left.outcome.rawValue)"])
      do throws(RuntimeError) {
        try await runtime.record(
          .processSwept,
          data: [
            "pid": .integer(Int64(left.pid)), "name": .string(left.name), "outcome": .string(left.outcome.rawValue),
          ])
      } catch { log.warning("the end of process \(left.pid) could not be written down: \(error)") }
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

extension QueueSettings {
  var rules: FairQueueRules {
    FairQueueRules(ageingStep: .milliseconds(ageingMs), maximumWait: .milliseconds(maximumWaitMs))
  }
}

extension HealthSettings {
  func rules(freeDisk: @escaping @Sendable () -> Int64?, processID: Int32?) -> HealthRules {
    HealthRules(
      checkEvery: .milliseconds(checkMs), agentStandstill: .milliseconds(agentStuckMs),
      attemptMargin: .milliseconds(callMarginMs), lowDisk: Int64(minFreeDiskBytes), freeDisk: freeDisk,
      processID: processID)
  }
}

extension AgentSettings {
  var rules: AgentRules {
    AgentRules(
      turns: maxTurns, contextTokens: contextTokens, stepsPerRound: maxSteps, rounds: maxRounds,
      recalledRecords: recallRecords, recalledBytes: recallBytes, attemptTimeout: .milliseconds(timeoutMs))
  }
}

extension ToolSettings {
  var policy: ToolPolicy { ToolPolicy(allow: allow.map(Glob.init), deny: deny.map(Glob.init)) }

  var limits: ToolRegistry.Limits {
    ToolRegistry.Limits(resultBytes: maxResultBytes, callTimeout: .milliseconds(callTimeoutMs))
  }
}
