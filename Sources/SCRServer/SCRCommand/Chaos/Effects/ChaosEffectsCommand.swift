import ArgumentParser
import MCPServer
import SCRProtocol
import SCRRuntime

/// `scr chaos-effects`: a tool server of `scr chaos`.
struct ChaosEffectsCommand: Command {
  static let configuration = CommandConfiguration(
    commandName: "chaos-effects", abstract: "A tool server of scr chaos.", shouldDisplay: false)

  @Option(help: "Where its ledger is.") var folder: String
  @Option(help: "Its name.") var name: String
  var wantsJSON: Bool { false }

  func run(in context: CommandContext) async throws -> CommandExit {
    let life = ChaosMark(context.environment[ChaosMark.variable] ?? "")?.life ?? 0
    let drained = OneShot<Void>()
    let slow = SlowOutput.start(
      to: context.wire.output, slowWhile: SlowOutput.path(in: folder, server: name), onEnd: { drained.fire(()) })
    guard let slow else { throw CommandFailure.failed(.internal, "there is no pipe to be had") }
    let handler = MCPServerHandler(
      identity: ServerIdentity(implementation: Implementation(name: "scr-chaos-effects", version: Version.text)),
      tools: ChaosTools(ledger: EffectsLedger(folder: folder, server: name, life: life), clock: context.clock))
    await StdioServer.run(
      handler: handler, input: context.wire.input, output: slow.input, onOutputClosed: { Entry.end(.success) })
    slow.finish()
    _ = await drained.value()
    return .success
  }
}
