import SCRProtocol

/// Does one attempt of an agent's step: performs what an ``AgentLoop`` says is next, and writes down what came of it before
/// anything follows from it.
struct AgentWorker: Sendable {
  let desk: AgentDesk
  let brief: AgentBrief
  let spending: AgentSpending
  /// Is told that it gets on.
  let life: ChildContext?
  let prompt: AgentPrompt
  let kit: AgentKit
  private(set) var loop: AgentLoop
  var journal: AgentJournal

  private init(
    _ desk: AgentDesk, _ brief: AgentBrief, _ spending: AgentSpending, _ life: ChildContext?, _ prompt: AgentPrompt
  ) throws {
    self.desk = desk
    self.brief = brief
    self.spending = spending
    self.life = life
    self.prompt = prompt
    kit = try desk.kit(of: brief, prompt)
    loop = AgentLoop(kit)
    journal = AgentJournal(store: desk.store, hub: desk.hub, clock: desk.clock, brief: brief, notice: desk.notice)
  }

  /// Never throws: every end of an attempt is an outcome.
  static func perform(
    _ brief: AgentBrief, at desk: AgentDesk, _ spending: AgentSpending, _ life: ChildContext?
  ) async -> AttemptOutcome {
    let limit = brief.timeout ?? desk.rules.attemptTimeout
    do {
      guard let base = desk.base(of: brief.kind) else { return .gaveUp(unknown(brief, desk)) }
      guard let prompt = desk.prompts[base] else {
        return .failed(ToolError(.internal, "there is no prompt for the agent \(brief.kind.rawValue)"))
      }
      let outcome = try await withinTime(limit, by: desk.clock) {
        // Tools of servers that are still starting belong to a conversation, above all to one that had them before a crash.
        if brief.kind != .critic { await desk.registry.settle(within: .seconds(10), by: desk.clock) }
        var worker = try AgentWorker(desk, brief, spending, life, prompt)
        return try await worker.work()
      }
      return outcome
        ?? .gaveUp(
          AgentFailure(
            TaskReason(.timeout, "the agent came to no answer within \(limit.milliseconds) ms", stepID: brief.stepID),
            isRetryable: true))
    } catch let error as ModelError {
      return .gaveUp(AgentFailure(error, stepID: brief.stepID))
    } catch is CancellationError {
      return .interrupted
    } catch let error as StoreError where error.code == .preconditionFailed {
      // Somebody else has the task, or it was closed under us: whoever has it reads the journal.
      return .interrupted
    } catch {
      return .failed(
        ToolError(.internal, "the agent \(brief.kind.rawValue) failed: \(error)", isRetryable: true, cause: error))
    }
  }

  /// It was there when the task was accepted.
  private static func unknown(_ brief: AgentBrief, _ desk: AgentDesk) -> AgentFailure {
    let name = brief.kind.rawValue
    return AgentFailure(
      TaskReason(
        .notFound, "nobody describes the agent \"\(name)\" any more", stepID: brief.stepID,
        hint: Suggestion.hint(name, among: desk.definitions.names) ?? "put its file back into agents.folder, then retry"
      ))
  }

  private mutating func work() async throws -> AttemptOutcome {
    for entry in try await journal.load() { loop.take(entry) }
    while true {
      life?.progress()
      try Task.checkCancellation()
      switch loop.todo {
      case .open:
        try await keepDesk()
        take(.opened(try await opening()))
      case .ask(_, let turn):
        if let end = try await mayAsk() { return end }
        try await ask(turn)
      case .call(let calls):
        if let end = unknown(calls) { return end }
        try await make(calls)
      case .finish(let result):
        try await journal.commit()
        return .worked(desk.settled(result, of: brief), loop.report)
      case .fail(var failure):
        try await journal.commit()
        failure.reason.stepID = brief.stepID
        return .gaveUp(failure)
      }
    }
  }

  mutating func take(_ entry: AgentEntry) {
    let before = loop.usage
    loop.take(entry)
    journal.add(entry)
    spending.add(loop.usage - before, by: brief.stepID)
    if let model = loop.report.unpriced { spending.note(unpriced: model) }
  }

  // MARK: The beginning

  /// What its requests follow from beside the journal; once for all agents of the task that have the same.
  private mutating func keepDesk() async throws {
    let record = DeskRecord(desk.registry.catalogue, desk.rules)
    guard let document = record.document(of: brief.taskID),
      try await desk.store.document(.agentDesk, document.id) == nil
    else { return }
    journal.add(StoreBatch(at: desk.clock.now(), changes: [.putDocument(document)]))
  }

  private func opening() async throws -> AgentOpening {
    if let player = desk.player { return try player.opening(of: brief, AgentOpening.parts(brief, desk.rules)) }
    let findings = try await FindingShelf.newest(of: brief.taskID, in: desk.store, limit: Int(FindingShelf.limit))
    let root = try await FindingShelf.root(of: brief.taskID, in: desk.store)
    let memories = await desk.recall.recollections(
      on: brief.goal, for: desk.base(of: brief.kind) ?? brief.kind, except: [brief.taskID, root ?? brief.taskID],
      now: desk.clock.now())
    let tools = desk.tools(of: brief)
    return AgentOpening(
      brief, prompt: prompt, rules: desk.rules, tools: tools.map(\.model),
      plannable: brief.kind == .planner ? desk.plannable : [],
      shelf: AgentOpening.Shelf(
        definition: desk.definitions[brief.kind], others: brief.kind == .planner ? desk.definitions.all : [],
        skills: desk.skills(of: brief), findings: findings, memories: memories))
  }

  // MARK: Turns

  /// - Returns: the end of the attempt where no model may be asked any more.
  private mutating func mayAsk() async throws -> AttemptOutcome? {
    if let breach = budget?.isUsedUp(by: loop.usage) {
      try await journal.commit()
      return .gaveUp(
        AgentFailure(
          TaskReason(.budgetExceeded, "the agent's own budget is used up: \(breach)", stepID: brief.stepID)))
    }
    // Also what an earlier life had asked.
    if let model = loop.report.unpriced { spending.note(unpriced: model) }
    if let model = spending.unpricedUnderLimit ?? (budget?.costMicros == nil ? nil : loop.report.unpriced) {
      try await journal.commit()
      return .gaveUp(AgentFailure(Self.unpriced(model, brief.stepID)))
    }
    guard spending.breach(now: desk.clock.now()) != nil else { return nil }
    try await journal.commit()
    return .paused
  }

  /// Of this attempt: the step's, and that of the agent's description, the smaller in each member.
  private var budget: Budget? {
    guard let own = desk.definitions[brief.kind]?.budget else { return brief.budget }
    return brief.budget.map { $0.inherited(fromRemainder: own) } ?? own
  }

  private static func unpriced(_ model: String, _ stepID: String) -> TaskReason {
    let provider = model.prefix { $0 != "/" }
    return TaskReason(
      .budgetExceeded, "the budget is in money, and nothing says what \(model) costs", stepID: stepID,
      hint: "give it models.providers.\(provider).prices (0 for what costs nothing), or limit tokens instead")
  }

  private mutating func ask(_ turn: Int) async throws {
    if let said = desk.player?.said(to: brief, before: turn) { take(.said(said)) }
    let provider = try desk.models.provider(kit.settings.provider)
    try await listen(turn, provider.name)
    guard case .ask(let request, _) = loop.todo else { return }
    let response: ModelResponse
    do {
      response = try await provider.respond(to: request) { [desk, brief, life] event in
        life?.progress()
        guard case .text(let piece) = event else { return }
        desk.hub.publish(
          delta: EventDraft(
            .modelDelta, taskID: brief.taskID, stepID: brief.stepID,
            data: ["text": .string(piece), "agent": .string(brief.kind.rawValue), "turn": JSONValue(turn)]),
          at: desk.clock.now())
      }
    } catch let error as ModelError {
      let told: JSONValue = ["kind": .string(error.kind.name), "message": .string(error.message)]
      journal.tell(.modelFinished, about(turn, ["provider": .string(provider.name), "error": told]))
      journal.account(ModelTurn(brief, turn, error, provider: provider.profile))
      try await journal.commit()
      throw error
    }
    take(.answered(response))
    journal.account(ModelTurn(brief, turn, response))
    journal.tell(.modelFinished, about(turn, response.provenance.objectValue ?? [:]))
  }

  /// Takes in what somebody said meanwhile, and tells that the model is asked.
  private mutating func listen(_ turn: Int, _ provider: String) async throws {
    let (loop, journal) = (self.loop, self.journal)
    while true {
      let letters = try await Steering.next(for: brief, isBeginning: turn == 1, in: desk.store)
      if let letters {
        take(.said(letters.texts))
        self.journal.add(letters.batch)
      }
      self.journal.tell(.modelStarted, about(turn, ["provider": .string(provider)]))
      do { return try await self.journal.commit() } catch let error as StoreError {
        // Another agent of the task was told the same in this moment; each text has one hearer.
        guard error.code == .preconditionFailed, letters != nil else { throw error }
        (self.loop, self.journal) = (loop, journal)
      }
    }
  }

  private func about(_ turn: Int, _ more: JSONObject) -> JSONObject {
    var data: JSONObject = [
      "agent": .string(brief.kind.rawValue), "attempt": JSONValue(brief.attempt), "turn": JSONValue(turn),
    ]
    for member in more { data[member.key] = member.value }
    return data
  }
}

extension AgentFailure {
  init(_ error: ModelError, stepID: String) {
    var reason = TaskReason(error.kind, error.message, stepID: stepID, hint: error.hint)
    reason.retryAfter = error.retryAfter
    self.init(reason, isRetryable: error.isRetryable)
  }
}

extension Usage {
  /// What has been added since.
  static func - (left: Self, right: Self) -> Self {
    Usage(
      wallMs: left.wallMs - right.wallMs, toolCalls: left.toolCalls - right.toolCalls,
      tokens: left.tokens - right.tokens, costMicros: left.costMicros - right.costMicros)
  }
}
