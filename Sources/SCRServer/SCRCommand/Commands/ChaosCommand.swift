import ArgumentParser
import SCRProtocol
import SCRRuntime
import SCRServer

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// `scr chaos`.
struct ChaosCommand: Command {
  static let configuration = CommandConfiguration(
    commandName: "chaos",
    abstract: "Torment a runtime with crashes, hangs and full disks, and check that nothing is lost.",
    discussion: """
      Starts a second scr with a state directory and tool servers of its own, gives it tasks, and lets faults happen to it.
      After every round: no accepted task lost, no finished step run again, no effect doubled on a tool that is marked
      idempotent, no process left behind, every task ended or explained. Exit 1 at the first round in which something
      does not hold; its folder is kept then.

      A seed stands for the same tasks and the same faults at the same moments; how they meet depends on the machine.

      FAULTS
      \(FaultKind.available.map { "  \($0.rawValue): \($0.words)" }.joined(separator: "\n"))

      EXAMPLES
        scr chaos
        scr chaos --rounds 5 --seed 7
        scr chaos --rounds 1000 --report chaos.md
        scr chaos --only kill-runtime,torn-write --json
      """)

  @Option(help: "How many rounds.") var rounds = 30
  @Option(help: "Where the random numbers begin; another one each time unless given.") var seed: UInt64?
  @Option(help: "Tasks in each round.") var tasks = 40
  @Option(
    help: ArgumentHelp(
      "Keep everything in this folder, which must be empty; \"temp\" is a new one that is removed.", valueName: "dir"),
    completion: .directory)
  var state = "temp"
  @Option(help: ArgumentHelp("Write a report in Markdown to this file.", valueName: "file"), completion: .file())
  var report: String?
  @Flag(help: "Keep the temporary folder.") var keep = false
  @Option(help: ArgumentHelp("These faults alone, separated by commas.", valueName: "faults")) var only: String?
  @Option(
    help: ArgumentHelp("Torment this scr instead of the one that runs the command.", valueName: "path"),
    completion: .file())
  var binary: String?
  @OptionGroup var common: CommonOptions
  var wantsJSON: Bool { common.json }

  static let roundRange = 1...100_000
  static let taskRange = 1...500

  func validate() throws {
    guard Self.roundRange.contains(rounds) else { throw ValidationError("--rounds takes 1 to 100000.") }
    guard Self.taskRange.contains(tasks) else { throw ValidationError("--tasks takes 1 to 500.") }
    _ = try kinds()
  }

  func run(in context: CommandContext) async throws -> CommandExit {
    let plan = ChaosPlan(
      seed: seed ?? UInt64.random(in: 1...999_999), rounds: rounds, tasksPerRound: tasks, kinds: try kinds())
    let executable = try Self.realPath(context.executable)
    let tormented = try binary.map { path throws(CommandFailure) in try Self.realPath(absolute(path, context)) }
    let out = try report.map { path throws(CommandFailure) in try OutFile.open(path, in: context.workingDirectory) }
    let folder =
      state == "temp" ? try ChaosFolder.temporary(context.environment) : try ChaosFolder.named(absolute(state, context))
    try folder.configure(executable: executable)
    context.signals.install()
    let host = ChaosHost(
      folder: folder, run: "chaos-\(getpid())-\(UInt32.random(in: .min ... .max))", binary: tormented ?? executable,
      environment: context.environment, clock: context.clock, board: Bulletin(ChaosState()))
    var outcome = await torment(plan, host, context)
    await host.end()
    let isKept = state != "temp" || keep || !outcome.holds
    outcome.folder = isKept ? folder.path : nil
    if !isKept { folder.remove() }
    try out?.write(outcome.markdown)
    if common.json { context.output.result(outcome.json) } else { context.output.result(outcome.text) }
    if outcome.wasInterrupted, let number = await context.signals.first() { return .signal(number) }
    return outcome.holds ? .success : .failed
  }

  /// The run, until its end or the first signal.
  private func torment(_ plan: ChaosPlan, _ host: ChaosHost, _ context: CommandContext) async -> ChaosOutcome {
    let progress = ChaosProgress(output: context.output, isSilent: common.json)
    progress.begin(plan, host.folder)
    let run = ChaosRun(plan: plan, host: host) { outcome, round, duration in
      progress.show(outcome, round, duration)
    }
    return await withTaskGroup(of: ChaosOutcome?.self) { group in
      group.addTask { await run.run() }
      group.addTask {
        _ = await context.signals.first()
        return nil
      }
      while let outcome = await group.next() {
        group.cancelAll()
        if let outcome { return outcome }
      }
      return ChaosOutcome(plan: plan)
    }
  }

  private func kinds() throws -> [FaultKind] {
    guard let only else { return FaultKind.available }
    let names = only.split(separator: ",").map { String($0.trimmed) }
    let kinds = try names.map { name in
      guard let kind = FaultKind.available.first(where: { $0.rawValue == name }) else {
        let known = FaultKind.available.map(\.rawValue)
        let nearest = Suggestion.nearest(to: name, among: known).map { " Did you mean \"\($0)\"?" } ?? ""
        throw ValidationError("--only does not know \"\(name)\".\(nearest) It takes \(known.joined(separator: ", ")).")
      }
      return kind
    }
    guard !kinds.isEmpty else { throw ValidationError("--only needs at least one fault.") }
    return FaultKind.available.filter(kinds.contains)
  }

  private func absolute(_ path: String, _ context: CommandContext) -> String {
    path.hasPrefix("/") ? path : "\(context.workingDirectory)/\(path)"
  }

  private static func realPath(_ path: String) throws(CommandFailure) -> String {
    guard let real = realpath(path, nil) else {
      throw CommandFailure.usage("\(path) cannot be found: \(String(cString: strerror(errno)))")
    }
    defer { free(real) }
    return String(cString: real)
  }
}
