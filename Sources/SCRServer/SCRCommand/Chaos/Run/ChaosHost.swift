import SCRProcess
import SCRProtocol
import SCRRuntime
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The runtime of a run: one process after another on the same directory.
final class ChaosHost: Sendable {
  let folder: ChaosFolder
  let run: String
  let board: Bulletin<ChaosState>
  let clock: any RuntimeClock
  /// The program that is tormented.
  private let binary: String
  private let environment: [String: String]
  private let table = ProcessTable()
  private let runtime = Mutex<ChaosRuntime?>(nil)
  /// The request that the events of a life are sent for, and the one that reads stored ones again.
  private static let subscription: Int64 = 1 << 40
  private static let rereading: Int64 = 1 << 41

  /// How long anything may take that is no fault's doing, on a machine that has other things to do.
  static let patience: Duration = .seconds(30)

  init(
    folder: ChaosFolder, run: String, binary: String, environment: [String: String], clock: any RuntimeClock,
    board: Bulletin<ChaosState>
  ) {
    self.folder = folder
    self.run = run
    self.binary = binary
    self.environment = environment
    self.clock = clock
    self.board = board
  }

  var current: ChaosRuntime? { runtime.withLock { $0 } }
  var life: Int { board.read { $0.lives.count } }

  func fail(_ text: String) { board.change { $0.failures.append(text) } }

  // MARK: Starting

  /// Starts a runtime unless one runs, and waits until it answers.
  /// - Returns: nil where it did not; that is a failure of the round.
  @discardableResult
  func start() async -> ChaosRuntime? {
    if let current, !current.hasEnded { return current }
    let now = clock.now().milliseconds
    let life = board.change { state in
      state.lives.append(now)
      state.attempts += 1
      return state.lives.count
    }
    let board = board
    do {
      let runtime = try await ChaosRuntime.start(spec(life: life), life: life, table: table, clock: clock) {
        id, params in
        guard let event = ChaosEvent(params) else { return }
        board.change { id == Self.subscription ? $0.take(event) : $0.takeAgain(event) }
      }
      self.runtime.withLock { $0 = runtime }
      follow(runtime)
      let reply = await runtime.request("status", within: Self.patience)
      if reply.result != nil { return runtime }
      fail("the runtime did not answer after its start (\(reply)): \(runtime.stderrTail)")
      _ = await runtime.end(within: .zero)
    } catch { fail("the runtime could not be started: \(error)") }
    return nil
  }

  private func spec(life: Int) -> ProcessSpec {
    var variables = ChildEnvironment.make(
      inherited: environment, declared: [ChaosMark.variable: ChaosMark(run: run, life: life).text])
    // Its own configuration alone.
    variables["HOME"] = folder.path
    variables["XDG_CONFIG_HOME"] = nil
    return ProcessSpec(
      command: binary, arguments: ["serve", "--config", folder.configuration, "--state", folder.state],
      environment: variables, workingDirectory: folder.work)
  }

  /// Events from where the last life left off. The answer comes with the stream's end, and nobody waits for it.
  private func follow(_ runtime: ChaosRuntime) {
    let last = board.read(\.lastSequence)
    runtime.send("stream", ["since": .integer(last)], id: Self.subscription)
  }

  /// Reads the round's events once more, out of the store.
  func rereadEvents() async {
    guard let since = board.read({ $0.firstSequence }).map({ $0 - 1 }), let runtime = current else { return }
    // What comes meanwhile may come too late for the reading.
    let last = board.read(\.lastSequence)
    let reply = await runtime.request(
      "stream", ["since": .integer(since), "follow": false], id: Self.rereading, within: Self.patience)
    guard reply.result == nil else { return board.change { $0.rereadEnded(upTo: last) } }
    fail("the stored events could not be read: \(reply)")
  }

  // MARK: Stopping

  /// Kills the runtime, and first our own guard of it, which would clean up behind it and hide what it leaves.
  func kill() async {
    guard let runtime = current else { return }
    // The end of its guard is not its own, and only its own lets go of the directory.
    let watch = ProcessWatch([runtime.pid])
    for process in await MarkedProcesses.find(run: run) where process.role == .ourGuard && process.life == runtime.life
    {
      ChaosSignal.send(SIGKILL, to: process.pid)
    }
    ChaosSignal.send(SIGKILL, to: runtime.pid)
    _ = await runtime.end(within: Self.patience)
    _ = await watch.survivors(after: Self.patience)
  }

  enum Request: Sendable, Hashable { case signal, endOfInput }

  /// Asks the runtime to stop and waits until it has.
  func stop(by request: Request) async {
    guard let runtime = current, !runtime.hasEnded else { return }
    board.change { $0.attempts += 1 }
    let status: ExitStatus
    switch request {
    case .signal:
      ChaosSignal.send(SIGTERM, to: runtime.pid)
      let end = await runtime.end(within: Self.patience)
      if end.wasForced { return fail("the runtime did not stop within \(Self.patience) after SIGTERM") }
      status = end.status
    case .endOfInput: status = await runtime.finish(within: Self.patience)
    }
    // 143 says that a signal was why; either is an orderly end.
    guard [.exited(0), .exited(128 + SIGTERM)].contains(status) else {
      return fail("the runtime was asked to stop and ended with \(status): \(runtime.stderrTail)")
    }
  }

  /// Starts a second runtime on the directory, without input, and waits for its end.
  func startSecond() async {
    do {
      let second = try await ChaosRuntime.start(spec(life: life), life: life, table: table, clock: clock) { _, _ in }
      let status = await second.finish(within: Self.patience)
      board.change { state in
        state.secondRuntimes.append("\(status)")
        let isBridge = status == .exited(0) && second.stderrTail.contains("bridging to it")
        if !isBridge, status != .exited(5) {
          state.wrongSecondRuntimes.append("it ended with \(status): \(second.stderrTail.prefix(500))")
        }
      }
    } catch { fail("a second runtime could not be started: \(error)") }
  }

  /// Ends whatever is left, orphans included.
  func end() async {
    await table.stopAll(ladder: .immediate)
    for process in await MarkedProcesses.find(run: run) { ChaosSignal.send(SIGKILL, to: process.pid) }
  }
}
