import ArgumentParser
import SCRConnection
import SCRServer

/// `scr connect`.
struct ConnectCommand: Command {
  static let configuration = CommandConfiguration(
    commandName: "connect", abstract: "Connect stdin and stdout to the scr that owns the state directory.",
    discussion: """
      It carries bytes and owns nothing: what is asked for is answered by the owner, with the owner's configuration. The
      end of input is the end of asking; answers still come. Where nobody serves the state directory it exits with 5
      (scr serve becomes the owner instead). Exit 5 too when the owner goes first: start it again, nothing that was
      accepted is lost.

      EXAMPLES
        scr connect
        printf '{"jsonrpc":"2.0","id":1,"method":"status"}\\n' | scr connect --state DIR
      """)

  @OptionGroup var settings: SettingsOptions
  /// Its stdout is a wire.
  var wantsJSON: Bool { false }

  func run(in context: CommandContext) async throws -> CommandExit {
    let loaded = try settings.load(context)
    let path = loaded.settings.stateDir
    if path == Settings.inMemory {
      throw CommandFailure.usage("--state :memory: is nobody's to connect to", hint: "name a state directory")
    }
    context.signals.install(patience: loaded.settings.server.patience) {
      context.output.note("the orderly end took too long and was cut off; nothing that was accepted is lost")
      return .success
    }
    let greeting = Greeting.own(.bridge)
    let link = try await OwnerSearch(path: path, greeting: greeting, clock: context.clock).connect()
    return await BridgeRun(link: link, greeting: greeting, path: path, context: context).run()
  }
}
