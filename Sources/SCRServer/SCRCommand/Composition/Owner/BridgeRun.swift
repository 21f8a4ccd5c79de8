import SCRConnection
import SCRRuntime
import SCRServer

/// One host beside the owner of a state directory, from the first byte to the exit code.
struct BridgeRun: Sendable {
  let link: OwnerLink
  /// What this process said of itself.
  let greeting: Greeting
  /// The state directory.
  let path: String
  let context: CommandContext

  /// - Returns: 0 once the host has left and has its answers, or no longer reads; 5 if the owner went first.
  func run() async -> CommandExit {
    for line in opening { context.output.note(line) }
    let bridge = SocketBridge(link, input: context.wire.input, output: context.wire.output)
    let end = await withTaskGroup(of: SocketBridge.End?.self) { group in
      group.addTask { await bridge.run() }
      group.addTask { [signals = context.signals] in
        // The owner finishes what was asked for, in the time that the signal allows.
        if await signals.first() != nil { bridge.endInput() }
        return nil
      }
      group.addTask { [signals = context.signals, output = context.output, pid = link.owner.pid] in
        for await _ in signals.reloads {
          output.note("the configuration is the owner's: send SIGHUP to process \(pid)")
        }
        return nil
      }
      defer { group.cancelAll() }
      while let ended = await group.next() { if let ended { return ended } }
      return .finished
    }
    switch end {
    case .finished, .outputClosed: return .success
    case .ownerGone(let lost):
      let what = lost.map { "; \($0)" } ?? ""
      context.output.note(
        "the connection to process \(link.owner.pid), which owned \(path), has ended\(what). What it accepted is kept: "
          + "start scr again")
      return .unavailable
    }
  }

  /// The line that says what this process is, and one for each thing that a person might not expect.
  private var opening: [String] {
    let owner = link.owner
    let socket = LocalSocketPlace(directory: path).path
    var lines = ["process \(owner.pid) owns the state directory \(path): bridging to it over \(socket)"]
    if owner.version != greeting.version {
      lines.append("warning: the owner is scr \(owner.version) and this is scr \(greeting.version); both speak alike")
    }
    for name in greeting.differences(from: owner) {
      let (ours, theirs) = (greeting.traits[name] ?? "", owner.traits[name] ?? "")
      lines.append("note: \(name) is the owner's, \(theirs), and not \(ours) as given here")
    }
    return lines
  }
}
