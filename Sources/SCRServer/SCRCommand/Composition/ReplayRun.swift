import SCRProtocol
import SCRRuntime
import SCRServer
import SCRTools

/// A recorded run, made again from its cassette: without network, models and tool servers, and without a state directory.
struct ReplayRun: Sendable {
  var cassette: Cassette
  var path: String
  var style: ProgressDisplay.Style
  var format: TaskSession.Format
  var outFile: OutFile?
  var context: CommandContext

  /// - Throws: ``CommandFailure`` naming where the run was not as recorded.
  func run() async throws -> CommandExit {
    let player = CassettePlayer(cassette)
    let registry = ToolRegistry(inlineTools: [], policy: ToolPolicy(allow: [Glob("*")]), clock: context.clock)
    for source in CassetteToolSource.all(player) { registry.add(source) }
    let runtime = try await CognitiveRuntime(
      store: InMemoryTaskStore(), memory: InMemoryMemoryStore(), registry: registry,
      models: ModelRegistry([CassetteProvider(player)]), clock: context.clock,
      configuration: configuration(player))
    if format == .text, style != .silent {
      context.output.note("replayed: what models and tools say comes from \(TerminalText.clean(path))")
    }
    return try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { await runtime.run() }
      defer { runtime.shutDown(grace: .zero) }
      return try await session(runtime, player)
    }
  }

  private func session(_ runtime: CognitiveRuntime, _ player: CassettePlayer) async throws -> CommandExit {
    let submission = try submission()
    var session = TaskSession(
      runtime: runtime, context: context, style: style, format: format, outFile: outFile)
    session.verify = { snapshot in
      // One that somebody cancelled is not compared.
      guard snapshot.task.state != .cancelled else { return }
      if let difference = player.verdict(snapshot.task.state, snapshot.task.result, snapshot.task.reason) {
        throw CommandFailure(
          .failed, kind: ErrorKind.conflict.name, "the run is not as recorded: \(TerminalText.cleanLines(difference))",
          hint: "record it again, or undo what changed")
      }
    }
    return try await session.run(id: submission.id, title: cassette.title, plan: submission.plan) {
      _ = try await runtime.submit(submission)
    }
  }

  private func submission() throws -> TaskSubmission {
    var submission = TaskSubmission(
      goal: cassette.goal, plan: cassette.plan, inputs: cassette.inputs,
      title: cassette.title.isEmpty ? nil : cassette.title, unknownOutcomeDefault: .fail)
    do throws(ShapeError) {
      submission.budget = try cassette.budget.map { json throws(ShapeError) in
        try Budget(json: json, path: "run.budget")
      }
    } catch {
      throw CommandFailure(
        .usage, kind: ErrorKind.invalidInput.name,
        "\(TerminalText.clean(path)): the cassette cannot be used: \(error.path): \(error.message)")
    }
    submission.retry = cassette.retry
    return submission
  }

  private func configuration(_ player: CassettePlayer) -> RuntimeConfiguration {
    var configuration = RuntimeConfiguration(workspaceRoot: context.workingDirectory)
    var rules = cassette.desk?.rules ?? AgentRules()
    // What a tool gave was cut when it was recorded.
    rules.resultBytes = Cassette.limit
    configuration.agents = rules
    configuration.memory.isEnabled = false
    configuration.player = player
    let zones = ZoneDatabase()
    configuration.zones = { try zones.civilZone($0) }
    return configuration
  }
}
