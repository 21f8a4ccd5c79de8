import Logging
import MCPServer
import SCRConnection
import SCRRuntime
import SCRServer

/// Makes what answers one client: its own eras, ids, holds and list of tools, over the one runtime.
struct ClientHandlers: Sendable {
  private let runtime: CognitiveRuntime
  private let table: NativeTable
  private let expose: [String]?
  private let clock: any RuntimeClock
  private let log: Logger

  /// - Parameters:
  ///   - expose: patterns over what MCP clients see; nil is everything that is allowed.
  ///   - clients: who `status` says is connected; nil where there can be nobody but the host.
  init(
    _ runtime: CognitiveRuntime, expose: [String]?, _ clients: ConnectedClients?, _ context: CommandContext,
    _ log: Logger
  ) {
    self.runtime = runtime
    self.expose = expose
    self.log = log
    clock = context.clock
    table = NativeMethods.table(runtime: runtime, clock: context.clock, clients: clients)
  }

  /// - Parameter isFirst: whether the log is told of tools that share a name, which is the same for all.
  func make(isFirst: Bool = false) -> MCPServerHandler {
    let holds = AnswerHolds()
    let provider = RuntimeToolProvider(
      runtime: runtime, expose: expose, clock: clock, holds: holds,
      onCollisions: { [log] names in
        guard isFirst else { return }
        log.warning(
          "tools share a name on the wire and got a suffix: \(names.map(\.qualified).joined(separator: ", "))")
      })
    return MCPServerHandler(
      identity: ServerIdentity(implementation: Version.implementation, instructions: Self.instructions),
      offer: ServerOffer(runtime, tools: provider, clock: clock),
      methods: NativeMethods(table, runtime: runtime, holds: holds))
  }

  private static let instructions = """
    Durable tasks: submit_task runs a plan of tool calls and survives crashes; get_task, list_tasks and cancel_task follow \
    it. Other tools are called directly.
    """
}
