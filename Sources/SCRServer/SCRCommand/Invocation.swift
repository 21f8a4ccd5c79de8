import ArgumentParser
import SCRProtocol
import SCRRuntime

/// One run of `scr`: reads the command line, runs the command, and turns every failure into words and an exit code.
package enum Invocation {
  /// - Parameter arguments: without the program's name.
  package static func run(_ arguments: [String], in context: CommandContext) async -> CommandExit {
    let parsed: any ParsableCommand
    do { parsed = try parse(arguments) } catch { return explain(error, context.output) }
    guard let command = parsed as? any Command else { return help(parsed, context.output) }
    let exit = await run(command, in: context)
    if context.output.isReaderGone { return exit == .success ? .outputClosed : exit }
    guard let reason = context.output.lostResult else { return exit }
    context.output.note(
      CommandFailure.failed(.internal, "the result could not be written to stdout: \(reason)").description)
    return exit == .success ? .failed : exit
  }

  /// `serve` is read by itself: describing all the other commands first would be a good part of the time until a host's
  /// first answer. What does not read well goes the long way, which has the words for it.
  private static func parse(_ arguments: [String]) throws -> any ParsableCommand {
    if arguments.first == "serve", let command = try? ServeCommand.parse(Array(arguments.dropFirst())) {
      return command
    }
    return try RootCommand.parseAsRoot(arguments)
  }

  private static func run(_ command: any Command, in context: CommandContext) async -> CommandExit {
    do { return try await command.run(in: context) } catch is CancellationError { return .cancelled } catch {
      let failure = self.failure(error)
      if command.wantsJSON { context.output.result(failure.json) }
      context.output.note(failure.description)
      return failure.exit
    }
  }

  /// A command that only groups others, or ArgumentParser's own `help`.
  private static func help(_ command: any ParsableCommand, _ output: Output) -> CommandExit {
    var command = command
    do { try command.run() } catch { return explain(error, output) }
    return .success
  }

  /// ArgumentParser's errors exit 64; ours is 2 (interface.md §1). What was asked for goes to stdout.
  private static func explain(_ error: any Error, _ output: Output) -> CommandExit {
    let isAnswer = RootCommand.exitCode(for: error) == .success
    let message = RootCommand.fullMessage(for: error)
    guard isAnswer else {
      output.note(message.lowercased().hasPrefix("error:") ? message : "Error: \(message)")
      return .usage
    }
    output.result(message)
    return .success
  }

  private static func failure(_ error: any Error) -> CommandFailure {
    switch error {
    case let error as CommandFailure: error
    case let error as RuntimeError: CommandFailure(error)
    case let error as StoreError: CommandFailure(error)
    case let error as ModelError: CommandFailure(error)
    case let error as ToolError: .failed(error.kind, error.message, hint: error.hint)
    default: .failed(.internal, "\(error)")
    }
  }
}
