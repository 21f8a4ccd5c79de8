#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// How a command ends, as a code that scripts can rely on (interface.md §1).
package struct CommandExit: Sendable, Hashable {
  package let code: Int32

  private init(_ code: Int32) { self.code = code }

  package static let success = CommandExit(0)
  /// The task or check failed.
  package static let failed = CommandExit(1)
  /// The command line, a file given to it, or the configuration is wrong.
  package static let usage = CommandExit(2)
  package static let cancelled = CommandExit(3)
  package static let timedOut = CommandExit(4)
  /// The runtime is not to be had: its state directory is locked, or its store cannot be used.
  package static let unavailable = CommandExit(5)

  /// 128 and the signal's number, as shells have it: 130 for SIGINT, 143 for SIGTERM.
  package static func signal(_ number: Int32) -> CommandExit { CommandExit(128 + number) }
  /// Whoever read stdout has gone; as if SIGPIPE had come, which shells write as 141.
  package static let outputClosed = signal(SIGPIPE)
  package var isSignal: Bool { code > 128 }
}
