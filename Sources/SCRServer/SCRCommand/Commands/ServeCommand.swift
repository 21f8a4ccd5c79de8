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
      next start. SIGTERM and SIGINT stop it in order within 1.5 seconds (exit 143 and 130), a second one at once.

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
    case inputEnded, outputClosed
    case signal(Int32)
  }

  func run(in context: CommandContext) async throws -> CommandExit {
    context.signals.install(patience: Self.patience)
    let loaded = try settings.load(context)
    let log = try CommandLog.open(loaded.settings.log, clock: context.clock)
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
        tools: provider, methods: NativeMethods(runtime: host.runtime, clock: context.clock, holds: holds))
      let end = OneShot<End>()
      startReading(handler, end, loaded.settings.server, context, log)
      host.begin()
      return await wait(for: end, context.signals, host.runtime)
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
          signals.boundEnd(.success, after: Self.patience)
          end.fire(.outputClosed)
        })
      signals.boundEnd(.success)
      end.fire(.inputEnded)
    }
  }

  private func wait(
    for end: OneShot<End>, _ signals: TerminationSignals, _ runtime: CognitiveRuntime
  ) async -> CommandExit {
    await withTaskGroup(of: Void.self) { group in
      group.addTask {
        await runtime.registry.settle(within: .seconds(10))
        StartupPages.giveBack()
      }
      group.addTask { if let number = await signals.first() { end.fire(.signal(number)) } }
      let reason = await end.value() ?? .inputEnded
      group.cancelAll()
      switch reason {
      case .inputEnded:
        // Nobody waits for us: steps that run may come to their end.
        runtime.shutDown(grace: .seconds(2))
        return .success
      case .outputClosed: return .success
      case .signal(let number): return .signal(number)
      }
    }
  }

  /// Milliseconds that the orderly end may take once somebody wants it, whatever hangs: the store and the guards
  /// survive a sudden one.
  private static let patience: Int32 = 1400

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
