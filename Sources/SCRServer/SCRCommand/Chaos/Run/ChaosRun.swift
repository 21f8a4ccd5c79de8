import SCRProtocol
import SCRRuntime
import SCRServer

/// All rounds of a run, and what is left to look at when they are over.
struct ChaosRun: Sendable {
  let plan: ChaosPlan
  let host: ChaosHost
  /// Gets the outcome so far and what the round was, after each round.
  let onRound: @Sendable (ChaosOutcome, ChaosPlan.Round, Duration) async -> Void

  /// How long processes of a life that is over may still be on their way out.
  private static let grace: Duration = .seconds(10)
  /// A tool server that died this often in one life is about to be started again only after long pauses.
  private static let mostDeaths = 2
  private static let tasksPerPage = 500

  /// Stops at the end of a round in which something did not hold, so that the folder shows it.
  func run() async -> ChaosOutcome {
    let clock = ContinuousClock()
    let begin = clock.now
    var outcome = ChaosOutcome(plan: plan)
    var ledgers = Dictionary(uniqueKeysWithValues: Workload.servers.map { ($0, LedgerReader()) })
    var deaths = 0
    for number in 1...plan.rounds {
      if Task.isCancelled { break }
      let round = plan.round(number)
      let start = clock.now
      if deaths >= Self.mostDeaths {
        await host.stop(by: .signal)
        deaths = 0
      }
      await ChaosRound(plan: round, host: host).run()
      if Task.isCancelled { break }
      outcome.add(await collect(&ledgers))
      host.board.change { $0.forget() }
      note(&outcome, begin.duration(to: clock.now))
      await onRound(outcome, round, start.duration(to: clock.now))
      if !outcome.holds { break }
      deaths = round.faults.reduce(deaths) { $1.kind.restarts ? 0 : $0 + ($1.kind.killsServer ? 1 : 0) }
    }
    outcome.wasInterrupted = Task.isCancelled
    // What did not hold is to be seen as it is, and would only be told of twice.
    if !outcome.wasInterrupted, outcome.holds { outcome.addEnd(await end()) }
    note(&outcome, begin.duration(to: clock.now))
    return outcome
  }

  private func note(_ outcome: inout ChaosOutcome, _ duration: Duration) {
    outcome.duration = duration
    (outcome.effects, outcome.lives) = host.board.read { ($0.effects, $0.lives.count) }
  }

  /// What the round left behind, from every source.
  private func collect(_ ledgers: inout [String: LedgerReader]) async -> Evidence {
    for name in Workload.servers {
      var reader = ledgers[name] ?? LedgerReader()
      do {
        let lines = try reader.read(path: EffectsLedger.path(in: host.folder.path, server: name))
        host.board.change { $0.take(lines) }
      } catch { host.fail("the ledger of \(name) could not be read: \(error)") }
      ledgers[name] = reader
    }
    let life = host.life
    let (count, survivors) = await MarkedProcesses.survivors(run: host.run, within: Self.grace) { $0.life < life }
    var evidence = host.board.read(\.evidence)
    (evidence.processes, evidence.survivors) = (count, survivors)
    return evidence
  }

  // MARK: The end

  /// Looks once more at every task of the whole run, then stops the runtime and looks for what it left.
  private func end() async -> Evidence {
    var evidence = Evidence(round: plan.rounds)
    host.board.change { $0.beginEnd() }
    if await host.start() != nil {
      let listed = await listedTasks()
      evidence.files = host.board.read { $0.endedFiles(listed) }
    }
    await host.stop(by: .endOfInput)
    let (count, survivors) = await MarkedProcesses.survivors(run: host.run, within: Self.grace) { _ in true }
    (evidence.processes, evidence.survivors) = (count, survivors)
    (evidence.attempts, evidence.failures) = host.board.read { ($0.attempts, $0.failures) }
    return evidence
  }

  /// The state of every task that the runtime lists, by id.
  private func listedTasks() async -> [String: String] {
    var found: [String: String] = [:]
    var cursor: String?
    repeat {
      var params: JSONObject = ["limit": .init(Self.tasksPerPage)]
      params["cursor"] = cursor.map { .string($0) }
      guard let reply = await host.current?.request("list_tasks", .object(params), within: ChaosHost.patience),
        let page = reply.result
      else {
        host.fail("list_tasks failed")
        return found
      }
      for task in page["tasks"]?.arrayValue ?? [] {
        if let id = task["taskId"]?.stringValue { found[id] = task["state"]?.stringValue }
      }
      cursor = page["nextCursor"]?.stringValue
    } while cursor != nil
    return found
  }
}
