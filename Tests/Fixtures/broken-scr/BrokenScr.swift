import Glibc
import SCRProtocol

/// A `scr serve` that does not keep its promises: the real one, with somebody in between.
///
///     broken-scr REAL-SCR HOW ARGUMENTS…
///
/// HOW is what is broken: see ``Breakage/Kind``.
@main
enum BrokenScr {
  static func main() {
    let arguments = Array(CommandLine.arguments.dropFirst())
    guard arguments.count > 2, let kind = Breakage.Kind(rawValue: arguments[1]) else { exit(64) }
    signal(SIGPIPE, SIG_IGN)
    let words = Array(arguments.dropFirst(2))
    switch kind {
    case .refuse: exit(3)
    case .orphan:
      Child.startOrphan()
      Child.become([arguments[0]] + words)
    case .owner: Child.become([arguments[0]] + Child.elsewhere(words))
    default: Relay(child: Child.start([arguments[0]] + words), breakage: Breakage(kind)).run()
    }
  }
}
