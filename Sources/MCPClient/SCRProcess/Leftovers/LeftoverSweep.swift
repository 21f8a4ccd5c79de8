#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A process that an earlier incarnation left and that had to be ended.
package struct Leftover: Sendable, Hashable {
  package let pid: Int32
  /// Of its program, cut to what the system keeps.
  package let name: String
  package let outcome: Outcome

  package enum Outcome: String, Sendable, Hashable {
    /// By SIGTERM.
    case terminated
    /// By SIGKILL, since SIGTERM did not help in time.
    case killed
    /// It lives still; the next start tries again.
    case survived
  }
}

/// Ends what is left over, and nothing else: a process is signalled through a handle, after it was seen to be the one that
/// was meant.
struct LeftoverSweep: Sendable {
  var recorded: Set<ProcessIdentity> = []
  /// How the marks begin that are looked for.
  var prefixes: [String]
  /// For guards whose parent was killed, which are just doing the same.
  var patience: Duration = .milliseconds(200)
  /// From SIGTERM to SIGKILL; zero sends SIGKILL at once.
  var grace: Duration = .milliseconds(500)

  /// SIGKILL is given this long, and as many searches are made, since what is found may be starting others.
  private static let death: Duration = .seconds(1)
  private static let rounds = 3

  /// Blocks, for the sum of its patience at most.
  /// - Returns: those that were signalled, by pid.
  func run() -> [Leftover] {
    var ended: [Int32: Leftover] = [:]
    for round in 0..<Self.rounds {
      let found = search()
      if found.isEmpty { break }
      let names = Dictionary(found.map { ($0.identity.pid, $0.name) }) { first, _ in first }
      let outcomes = end(ProcessWatch(found.map(\.identity)), isFirst: round == 0)
      for (pid, outcome) in outcomes {
        ended[pid] = Leftover(pid: pid, name: names[pid] ?? "", outcome: outcome)
      }
      if outcomes.values.contains(.survived) { break }
    }
    return ended.values.sorted { $0.pid < $1.pid }
  }

  private func search() -> [ProcessFacts] {
    LeftoverSearch(recorded: recorded, owner: geteuid(), own: getpid())
      .found(among: ProcessFacts.all()) { $0.bearsMark(beginningWith: prefixes) }
  }

  private func end(_ watch: ProcessWatch, isFirst: Bool) -> [Int32: Leftover.Outcome] {
    var alive = isFirst && patience > .zero ? watch.wait(patience) : watch.pids
    var outcomes: [Int32: Leftover.Outcome] = [:]
    if isFirst, grace > .zero, !alive.isEmpty {
      watch.signal(SIGTERM, to: alive)
      for pid in alive { outcomes[pid] = .terminated }
      alive = watch.wait(grace)
    }
    if alive.isEmpty { return outcomes }
    watch.signal(SIGKILL, to: alive)
    for pid in alive { outcomes[pid] = .killed }
    for pid in watch.wait(Self.death) { outcomes[pid] = .survived }
    return outcomes
  }
}
