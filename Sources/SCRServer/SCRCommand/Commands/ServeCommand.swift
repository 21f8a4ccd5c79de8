import ArgumentParser
import Logging
import MCPServer
import SCRConnection
import SCRRuntime
import SCRServer
import SCRStore

/// `scr serve`.
struct ServeCommand: Command {
  static let configuration = CommandConfiguration(
    commandName: "serve", abstract: "Serve tasks and tools over stdin and stdout, as JSON-RPC and MCP of both eras.",
    discussion: """
      Ends with its input: what waits is answered first. Accepted tasks stay in the state directory and go on with the
      next start. SIGTERM and SIGINT stop it in order within 1.5 seconds (exit 0), a second one at once (exit 143 and
      130). SIGHUP reads the configuration again and touches only what is different. Where the disk cannot flush the
      store it answers what is in flight and ends with exit code 5, so that its host starts it anew. With --mirror every
      message to and from the host and the tool servers is recorded in files that scr replay plays again; secrets are
      masked, and a mirror that is full or cannot be written ends without harm to what it records.

      Where another scr serve owns the state directory, this one bridges to it, and says so on stderr: the owner answers,
      by its own configuration. An owner whose host has left stays until the last bridge has. If the owner goes first, a
      bridge ends with exit code 5.

      EXAMPLES
        scr serve
        scr serve --expose 'submit_task,get_task,filesystem.*'
        scr serve --mirror ~/scr-mirror
        printf '{"jsonrpc":"2.0","id":1,"method":"status"}\\n' | scr serve
      """)

  @Option(
    help: ArgumentHelp(
      "Show a host these tools only: names or patterns, separated by commas. May be given again.", valueName: "names"))
  var expose: [String] = []

  @Option(
    help: ArgumentHelp("Record every message in files here, secrets masked; see scr replay.", valueName: "dir"),
    completion: .directory)
  var mirror: String?

  @OptionGroup var settings: SettingsOptions
  /// Its stdout is a wire.
  var wantsJSON: Bool { false }

  private enum End: Sendable {
    case inputEnded, outputClosed, signal, storeLost
  }

  func run(in context: CommandContext) async throws -> CommandExit {
    context.signals.install(patience: Settings(stateDir: "").server.patience, reloading: true) {
      context.output.note("the orderly end took too long and was cut off; nothing that was accepted is lost")
      return .success
    }
    let loaded = try load(context)
    context.signals.bound(loaded.settings.server.patience)
    let threshold = LogThreshold(loaded.settings.log.level)
    let log = try CommandLog.open(loaded.settings.log, threshold: threshold, clock: context.clock)
    log.notices(loaded)
    let path = loaded.settings.stateDir
    if path == Settings.inMemory { return try await own(nil, loaded, log, threshold, context) }
    let greeting = Greeting.own(.bridge, loaded, expose: exposed, workingDirectory: context.workingDirectory)
    switch try await OwnerSearch(path: path, greeting: greeting, clock: context.clock).claim() {
    case .owned(let directory): return try await own(directory, loaded, log, threshold, context)
    case .linked(let link):
      if mirror != nil { log.warning("--mirror is left out: the owner records its own pipes") }
      return await BridgeRun(link: link, greeting: greeting, path: path, context: context).run()
    }
  }

  private func own(
    _ directory: StateDirectory?, _ loaded: LoadedSettings, _ log: Logger, _ threshold: LogThreshold,
    _ context: CommandContext
  ) async throws -> CommandExit {
    let mirror = Mirror.open(loaded, context) { log.error("\($0)") }
    let outcome: Result<CommandExit, any Error>
    do { outcome = .success(try await own(directory, loaded, mirror, log, threshold, context)) } catch {
      outcome = .failure(error)
    }
    await mirror?.close()
    return try outcome.get()
  }

  private func own(
    _ directory: StateDirectory?, _ loaded: LoadedSettings, _ mirror: Mirror?, _ log: Logger,
    _ threshold: LogThreshold, _ context: CommandContext
  ) async throws -> CommandExit {
    let door = OwnerDoor.open(directory, log)
    let host: RuntimeHost
    do { host = try await RuntimeHost.open(loaded, owning: directory, mirror: mirror, log: log, in: context) } catch {
      door?.abandon()
      throw error
    }
    if !host.isDurable { log.warning("not durable: tasks are kept in memory and end with this process") }
    let clients = ConnectedClients()
    let handlers = ClientHandlers(
      host.runtime, expose: exposed, door == nil ? nil : clients, context, log)
    let greeting = Greeting.own(.owner, loaded, expose: exposed, workingDirectory: context.workingDirectory)
    let server = door?.serve(
      greeting, loaded.settings.server, clients, clock: context.clock, log,
      tap: { mirror?.tap(MirrorEntry.clientPipe) }, handler: { handlers.make() })
    let outcome: Result<CommandExit, any Error>
    do {
      outcome = .success(
        try await host.run(atOnce: false) {
          clients.joined(0, role: "host", pid: nil, at: context.clock.now())
          let hostLeft = OneShot<End>()
          let tap = mirror?.tap(MirrorEntry.hostPipe)
          startReading(handlers.make(isFirst: true), hostLeft, loaded.settings.server, tap, context, log)
          host.begin()
          let reload = ConfigurationReload(
            host: host, log: log, threshold: threshold, output: context.output,
            load: { [self] () throws(CommandFailure) in try load(context) },
            onChange: { context.signals.bound($0.server.patience) })
          let exit = await wait(for: hostLeft, server, clients, context, host.runtime, log) {
            await reload.run(from: loaded, for: $0)
          }
          // While the lock is still ours: the name may be another owner's afterwards.
          server?.stopListening()
          return exit
        })
    } catch { outcome = .failure(error) }
    // Answers that shutting down made may still be read.
    await server?.end(within: .milliseconds(300))
    return try outcome.get()
  }

  private func load(_ context: CommandContext) throws(CommandFailure) -> LoadedSettings {
    try settings.load(context, more: mirror.map { ["--mirror": $0] } ?? [:])
  }

  /// Nil exposes everything that is allowed.
  private var exposed: [String]? {
    let names = expose.flatMap { $0.split(separator: ",").map { $0.trimmed } }.filter { !$0.isEmpty }
    return names.isEmpty ? nil : names
  }

  private func startReading(
    _ handler: any ConnectionHandler, _ hostLeft: OneShot<End>, _ limits: ConnectionSettings, _ tap: (any FrameTap)?,
    _ context: CommandContext, _ log: Logger
  ) {
    let wire = context.wire
    // No child of a group: its thread sits in a read that nothing can interrupt, and must not hold up our end.
    Task {
      await StdioServer.run(
        handler: handler, limits: limits.connection, input: wire.input, output: wire.output, tap: tap,
        onInternalError: { method, error in log.fault(method, error) },
        onOutputClosed: { hostLeft.fire(.outputClosed) })
      hostLeft.fire(.inputEnded)
    }
  }

  /// The host has left: others may still be served.
  private func stay(
    for end: End, _ server: SocketServer?, _ clients: ConnectedClients, _ signals: TerminationSignals, _ log: Logger
  ) async {
    clients.left(0)
    if let server {
      let count = server.count
      if count > 0 { log.notice("the host has left; \(count) other clients are served until they leave") }
      await server.closeWhenIdle()
    }
    if Task.isCancelled { return }
    switch end {
    case .outputClosed: signals.boundEnd(.success, after: signals.patience ?? 5000)
    default: signals.boundEnd(.success)
    }
  }

  private func wait(
    for hostLeft: OneShot<End>, _ server: SocketServer?, _ clients: ConnectedClients, _ context: CommandContext,
    _ runtime: CognitiveRuntime, _ log: Logger, reloading: @escaping @Sendable (AsyncStream<Void>) async -> Void
  ) async -> CommandExit {
    let signals = context.signals
    let end = OneShot<End>()
    return await withTaskGroup(of: Void.self) { group in
      group.addTask {
        guard let reason = await hostLeft.value() else { return }
        await stay(for: reason, server, clients, signals, log)
        end.fire(reason)
      }
      group.addTask {
        guard await runtime.storeLoss.value() != nil else { return }
        // What is in flight is answered, and whoever asks is told why it ends.
        try? await context.clock.sleep(for: runtime.configuration.shutdownGrace)
        end.fire(.storeLost)
      }
      group.addTask {
        await runtime.registry.settle(within: .seconds(10))
        StartupPages.giveBack()
      }
      group.addTask { if await signals.first() != nil { end.fire(.signal) } }
      group.addTask { await reloading(signals.reloads) }
      let reason = await end.value() ?? .inputEnded
      group.cancelAll()
      switch reason {
      case .inputEnded:
        // Nobody waits for us: steps that run may come to their end.
        runtime.shutDown(grace: .seconds(2))
        return .success
      case .outputClosed: return .success
      case .storeLost:
        signals.boundEnd(.unavailable)
        runtime.shutDown(grace: .zero)
        log.error("stopping: the store writes nothing more in this life; start scr again")
        return .unavailable
      case .signal:
        runtime.shutDown()
        log.notice("stopping: nothing new is taken, steps that run may end within their time")
        return .success
      }
    }
  }
}

extension ConnectionSettings {
  /// Milliseconds that the orderly end may take once somebody wants it, whatever hangs: the store and the guards
  /// survive a sudden one.
  var patience: Int32 { Int32(clamping: max(drainMs, 400) + 1000) }
}

extension Substring {
  /// Without spaces around it.
  var trimmed: String {
    String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
  }
}
