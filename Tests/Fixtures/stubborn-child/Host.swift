import SCRProcess

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The part of `scr`: a process that has children.
enum Host {
  /// Passes on what the child writes, and waits to be killed.
  static func run(_ mode: [String], ledger: String? = nil) async {
    let table = ProcessTable(ledger: ledger.map { ChildLedger(path: $0) })
    _ = await table.sweepLeftovers()
    let events = ProcessEvents(output: { chunk in Out.write(String(decoding: chunk, as: UTF8.self)) })
    do { _ = try await table.spawn(spec(mode), events: events) } catch {
      Out.line("\(error)")
      exit(70)
    }
    while true { await withCheckedContinuation { (_: CheckedContinuation<Void, Never>) in } }
  }

  /// Tells how many descriptors were open before and after, and after how many lives something was left to reap.
  static func cycle(_ count: Int) async {
    let table = ProcessTable()
    for _ in 0..<5 { await once(table) }
    let before = openDescriptors()
    var zombies = 0
    for _ in 0..<count {
      await once(table)
      var ended = siginfo_t()
      if waitid(P_ALL, 0, &ended, WEXITED | WNOHANG | WNOWAIT) == 0 { zombies += 1 }
    }
    Out.line("before \(before) after \(openDescriptors()) living \(table.count) zombies \(zombies)")
  }

  private static func once(_ table: ProcessTable) async {
    let spec = ProcessSpec(command: "true", environment: ["PATH": "/usr/bin:/bin"])
    let child = try? await table.spawn(spec, events: ProcessEvents(output: { _ in }))
    let status = await child?.stop(ladder: StopLadder(inputGrace: .seconds(60)))
    if status != .exited(0) { Out.line("odd status: \(status.map { "\($0)" } ?? "not started")") }
  }

  private static func openDescriptors() -> Int { (Int32(0)..<1024).filter { fcntl($0, F_GETFD) != -1 }.count }

  private static func spec(_ mode: [String]) -> ProcessSpec {
    ProcessSpec(command: CommandLine.arguments[0], arguments: mode, environment: ["PATH": "/usr/bin:/bin"])
  }
}
