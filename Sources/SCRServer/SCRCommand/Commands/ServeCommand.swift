import ArgumentParser
import Logging
import MCPServer
import SCRConnection
import SCRRuntime
import SCRServer

/// `scr serve`.
struct ServeCommand: Command {
  static let configuration = CommandConfiguration(
    commandName: "serve", abstract: "Serve tasks and tools over stdin and stdout, as JSON-RPC and MCP of both eras.",
    discussion: """
      Ends with its input: what waits is answered first. Accepted tasks stay in the state directory and go on with the
      next start. SIGTERM and SIGINT stop it in order within 1.5 seconds (exit 0), a second one at once (exit 143 and
      130). SIGHUP reads the configuration again and touches only what is different. Where the disk cannot flush the
      store it answers what is in flight and ends with exit code 5, so that its host starts it anew.

      EXAMPLES
        scr serve
        scr serve --expose 'submit_task,get_task,filesystem.*'
        printf '{"jsonrpc":"2.0","id":1,"method":"status"}\\n' | scr serve
      """)

  @Option(
    help: ArgumentHelp(
      "Show a host these tools only: names or patterns, separated by commas. May be given again.", valueName: "names"))
  var expose: [String] = []

  @OptionGroup var settings: SettingsOptions
  /// Its stdout is a wire.
  var wantsJSON: Bool { false }

  private enum End: Sendable {
    case inputEnded, outputClosed, signal, storeLost
  }

  func run(in context: CommandContext) async throws -> CommandExit {
    context.signals.install(patience: Self.patience(Settings(stateDir: "")), reloading: true) {
      context.output.note("the orderly end took too long and was cut off; nothing that was accepted is lost")
      return .success
    }
    let loaded = try settings.load(context)
    context.signals.bound(Self.patience(loaded.settings))
    let threshold = LogThreshold(loaded.settings.log.level)
    let log = try CommandLog.open(loaded.settings.log, threshold: threshold, clock: context.clock)
    log.notices(loaded)
    let host = try await RuntimeHost.open(loaded, log: log, in: context)
    if !host.isDurable { log.warning("not durable: tasks are kept in memory and end with this process") }
    return try await host.run(atOnce: false) {
      let holds = AnswerHolds()
      let provider = RuntimeToolProvider(
        runtime: host.runtime, expose: exposed, clock: context.clock, holds: holds,
        onCollisions: { names in
          log.warning(
            "tools share a name on the wire and got a suffix: \(names.map(\.qualified).joined(separator: ", "))")
        })
      let handler = MCPServerHandler(
        identity: ServerIdentity(implementation: Version.implementation, instructions: Self.instructions),
        offer: ServerOffer(host.runtime, tools: provider), methods: NativeMethods(runtime: host.runtime, clock: context.clock, holds: holds))
      let end = OneShot<End>()
      startReading(handler, end, loaded.settings.server, context, log)
      host.begin()
      let reload = ConfigurationReload(
        host: host, log: log, threshold: threshold, output: context.output,
        load: { [settings] () throws(CommandFailure) in try settings.load(context) },
        onChange: { context.signals.bound(Self.patience($0)) })
      return await wait(for: end, context, host.runtime, log) { await reload.run(from: loaded, for: $0) }
    }
  }

  /// Nil exposes everything that is allowed.
  private var exposed: [String]? {
    let names = expose.flatMap { $0.split(separator: ",").map { $0.trimmed } }.filter { !$0.isEmpty }
    return names.isEmpty ? nil : names
  }

  private func startReading(
    _ handler: MCPServerHandler, _ end: OneShot<End>, _ limits: ConnectionSettings, _ context: CommandContext,
    _ log: Logger
  ) {
    let (wire, signals) = (context.wire, context.signals)
    // No child of a group: its thread sits in a read that nothing can interrupt, and must not hold up our end.
    Task {
      await StdioServer.run(
        handler: handler, limits: Connection.Limits(inFlight: limits.maxInFlight, frame: limits.maxFrameBytes),
        input: wire.input, output: wire.output,
        onInternalError: { method, error in
          log.error("\(method) failed by a fault of scr", metadata: ["method": "\(method)", "error": "\(error)"])
        },
        onOutputClosed: {
          signals.boundEnd(.success, after: signals.patience ?? 5000)
          end.fire(.outputClosed)
        })
      signals.boundEnd(.success)
      end.fire(.inputEnded)
    }
  }

  private func wait(
    for end: OneShot<End>, _ context: CommandContext, _ runtime: CognitiveRuntime, _ log: Logger,
    reloading: @escaping @Sendable (AsyncStream<Void>) async -> Void
  ) async -> CommandExit {
    let signals = context.signals
    return await withTaskGroup(of: Void.self) { group in
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

  /// Milliseconds that the orderly end may take once somebody wants it, whatever hangs: the store and the guards
  /// survive a sudden one.
  private static func patience(_ settings: Settings) -> Int32 {
    Int32(clamping: max(settings.server.drainMs, 400) + 1000)
  }

  private static let instructions = """
    Durable tasks: submit_task runs a plan of tool calls and survives crashes; get_task, list_tasks and cancel_task follow \
    it. Other tools are called directly.
    """
}

extension Substring {
  /// Without spaces around it.
  var trimmed: String {
    String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
  }
}
