import SCRProcess

/// What is done to a running runtime and what belongs to it.
enum FaultKind: String, Sendable, Hashable, CaseIterable {
  case killRuntime = "kill-runtime"
  case killServer = "kill-server"
  case killGuard = "kill-guard"
  case killAll = "kill-all"
  case hangServer = "hang-server"
  case hangRuntime = "hang-runtime"
  case slowPipe = "slow-pipe"
  case diskFull = "disk-full"
  case tornWrite = "torn-write"
  case restart
  case reload
  case secondRuntime = "second-runtime"

  /// For the help and the report.
  var words: String {
    switch self {
    case .killRuntime: "the runtime is killed with SIGKILL"
    case .killServer: "a tool server is killed with SIGKILL"
    case .killGuard: "the guard of a tool server is killed with SIGKILL"
    case .killAll: "the runtime and every guard are killed with SIGKILL at the same moment"
    case .hangServer: "a tool server is stopped (SIGSTOP) for a while"
    case .hangRuntime: "the runtime is stopped (SIGSTOP) for a while"
    case .slowPipe: "a tool server writes its answers a few bytes at a time"
    case .diskFull: "no file of the runtime may grow for a while (RLIMIT_FSIZE)"
    case .tornWrite: "the runtime is killed, and what follows the last commit in its log is torn"
    case .restart: "the runtime is asked to stop (SIGTERM) and started again"
    case .reload: "the runtime is told to read its configuration again (SIGHUP), in which nothing changed"
    case .secondRuntime: "a second runtime is started on the same directory"
    }
  }

  /// Whether a new life of the runtime begins by it.
  var restarts: Bool { [.killRuntime, .killAll, .tornWrite, .restart].contains(self) }

  /// Whether a tool server ends by it while the runtime lives on.
  var killsServer: Bool { self == .killServer || self == .killGuard }

  /// Those that this system can do.
  static var available: [FaultKind] { allCases.filter { $0 != .diskFull || FileSizeLimit.isSupported } }
}

/// One fault at its moment. A moment is a number of events since the round began, so that it falls into the same stretch
/// of work on a fast machine and on a slow one.
struct PlannedFault: Sendable, Hashable {
  var kind: FaultKind
  /// It is due once this many events of the round have come, or none come any more.
  var afterEvents: Int
  /// …and this much later.
  var delayMs: Int
  /// How long it lasts, where it lasts.
  var lengthMs: Int
  /// Decides what is left open: which server, how much is torn.
  var choice: UInt64
}
