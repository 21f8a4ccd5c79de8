#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A child for tests. The first argument says how it behaves:
///
/// `exit N`, `raise N` (dies by that signal), `echo` (its input, until that ends), `deaf` (never reads), `ignore-term`
/// (and tells its pid), `mute` (the same, and says nothing), `close-stdout` (and lives until its input ends), `pattern N` (numbered lines),
/// `flood N` (bytes on stderr, then `flooded`), `environment`, `directory`, `signals`, `descriptors` (what it was given),
/// `family` (grandchildren of three kinds), `host MODE…` (is the parent of such a child), `ledger-host PATH MODE…` (and writes it down), `cycles N` (starts children that
/// often and counts what is left).
@main
struct StubbornChild {
  static func main() async {
    let arguments = Array(CommandLine.arguments.dropFirst())
    let number = arguments.dropFirst().first.flatMap { Int32($0) } ?? 0
    switch arguments.first {
    case "exit": exit(number)
    case "raise": raise(number)
    case "echo": while let line = readLine(strippingNewline: false) { Out.write(line) }
    case "deaf": waitForEver()
    case "ignore-term":
      signal(SIGTERM, SIG_IGN)
      Out.line("pid \(getpid())")
      waitForEver()
    case "mute":
      signal(SIGTERM, SIG_IGN)
      waitForEver()
    case "close-stdout":
      close(1)
      while readLine() != nil {}
    case "pattern": for line in 0..<number { Out.line("line \(line)") }
    case "flood": flood(Int(number))
    case "environment": environment()
    case "directory": Out.line(String(cString: getcwd(nil, 0)))
    case "signals": signals()
    case "descriptors": descriptors()
    case "family": Family.start()
    case "orphan": Family.spawnAndLeave()
    case "host": await Host.run(Array(arguments.dropFirst()))
    case "ledger-host": await Host.run(Array(arguments.dropFirst(2)), ledger: arguments[1])
    case "cycles": await Host.cycle(Int(number))
    default: exit(64)
    }
  }

  static func waitForEver() -> Never {
    while true { pause() }
  }

  private static func flood(_ count: Int) {
    let line = String(repeating: "x", count: 99) + "\n"
    for _ in 0..<(count / 100) { Out.write(line, to: 2) }
    Out.write("the last words\n", to: 2)
    Out.line("flooded")
  }

  private static func environment() {
    var entry = environ
    while let text = entry.pointee {
      Out.line(String(cString: text))
      entry += 1
    }
  }

  private static func signals() {
    var mask = sigset_t()
    sigprocmask(SIG_SETMASK, nil, &mask)
    let blocked = (Int32(1)..<32).filter { sigismember(&mask, $0) == 1 }
    let ignored = (Int32(1)..<32).filter { number in
      var action = sigaction()
      sigaction(number, nil, &action)
      return isIgnored(action)
    }
    Out.line("blocked \(blocked) ignored \(ignored)")
  }

  private static func isIgnored(_ action: sigaction) -> Bool {
    #if canImport(Glibc)
      let handler = action.__sigaction_handler.sa_handler
    #else
      let handler = action.__sigaction_u.__sa_handler
    #endif
    return unsafeBitCast(handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
  }

  private static func descriptors() {
    Out.line("open \((Int32(0)..<1024).filter { fcntl($0, F_GETFD) != -1 })")
  }
}
