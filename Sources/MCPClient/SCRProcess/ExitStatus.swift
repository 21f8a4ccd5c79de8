/// How a child ended.
package enum ExitStatus: Sendable, Hashable, CustomStringConvertible {
  case exited(Int32)
  case signalled(Int32)
  /// Its guard was killed, so nobody saw it end; it was killed then.
  case unknown

  package var description: String {
    switch self {
    case .exited(let code): "exit code \(code)"
    case .signalled(let number): Self.names[number].map { "signal \(number) (\($0))" } ?? "signal \(number)"
    case .unknown: "an unknown status, since its guard was killed"
    }
  }

  /// Those whose numbers agree between systems.
  private static let names: [Int32: String] = [
    1: "SIGHUP", 2: "SIGINT", 3: "SIGQUIT", 4: "SIGILL", 5: "SIGTRAP", 6: "SIGABRT", 8: "SIGFPE", 9: "SIGKILL",
    11: "SIGSEGV", 13: "SIGPIPE", 14: "SIGALRM", 15: "SIGTERM",
  ]
}
