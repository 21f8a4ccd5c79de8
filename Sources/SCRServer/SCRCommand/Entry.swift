import SCRRuntime

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The process's start: what has to happen before anything else, in this order.
package enum Entry {
  /// Runs the command that `arguments` ask for and ends the process.
  /// - Parameter arguments: with the program's name first.
  package static func main(_ arguments: [String]) async -> Never {
    signal(SIGPIPE, SIG_IGN)
    // A limit on the size of files is an error of the write that meets it, as a full disk is, and not our end.
    signal(SIGXFSZ, SIG_IGN)
    let words = Array(arguments.dropFirst())
    let results = speaksProtocol(words) ? StandardStreams.takeStandardOutput() : STDOUT_FILENO
    let environment = environment()
    let output = StandardStreams.output(
      results: results, environment: environment, onReaderGone: TerminationSignals.outputClosed)
    let context = CommandContext(
      output: output, environment: environment, workingDirectory: workingDirectory(), executable: executable(),
      clock: SystemClock(), signals: TerminationSignals(isOfProcess: true),
      wire: CommandContext.Wire(input: STDIN_FILENO, output: results),
      isInteractive: StandardStreams.inputIsTerminal && isatty(STDERR_FILENO) == 1)
    end(await Invocation.run(words, in: context))
  }

  /// Not exit(3): destructors of C would race with threads of ours that still read.
  static func end(_ exit: CommandExit) -> Never { _exit(exit.code) }

  /// Commands whose stdout is a wire.
  static func speaksProtocol(_ words: [String]) -> Bool {
    ["serve", "connect", "demo-effects", "chaos-effects"].contains(words.first)
      || words.starts(with: ["mcp", "filesystem"])
  }

  private static func environment() -> [String: String] {
    var variables: [String: String] = [:]
    var next = environ
    while let entry = next.pointee {
      next += 1
      let text = String(cString: entry)
      guard let sign = text.firstIndex(of: "=") else { continue }
      variables[String(text[..<sign])] = String(text[text.index(after: sign)...])
    }
    return variables
  }

  private static func workingDirectory() -> String {
    guard let path = getcwd(nil, 0) else { return "/" }
    defer { free(path) }
    return String(cString: path)
  }

  /// The guard that starts a child is this program too, so that `/proc/self/exe` names it there, even if its file was
  /// replaced by a newer one meanwhile.
  private static func executable() -> String {
    #if os(Linux)
      "/proc/self/exe"
    #else
      CommandLine.arguments.first ?? "scr"
    #endif
  }
}
