import SCRProtocol

/// Leads a chat to its answer: asks the model, makes the calls that it wants, and tells what happens while it happens.
struct ChatSession {
  let provider: any ModelProvider
  let registry: ToolRegistry
  let rules: AgentRules
  /// Gets what one turn took, before anything follows from it. Its answer says whether it was written down.
  let account: @Sendable (ModelLedger) async -> Bool
  let tell: @Sendable (EventDraft) async throws -> Void
  private var loop: AgentLoop
  private var report = AgentReport(kind: AgentLoop.chatRole)
  private var isCounted = true

  init(
    _ request: ChatRequest, provider: any ModelProvider, tools: [AgentTool], registry: ToolRegistry, rules: AgentRules,
    account: @escaping @Sendable (ModelLedger) async -> Bool,
    tell: @escaping @Sendable (EventDraft) async throws -> Void
  ) {
    self.provider = provider
    self.registry = registry
    self.rules = rules
    self.account = account
    self.tell = tell
    loop = AgentLoop(request, provider: provider.profile, tools: tools, rules: rules)
  }

  /// - Throws: ``RuntimeError``, `CancellationError`, or what `tell` threw.
  mutating func run() async throws -> ChatAnswer {
    while true {
      try Task.checkCancellation()
      switch loop.todo {
      case .ask(let request, let turn):
        let response = try await ask(request, turn)
        report.answered(response)
        if response.isLastWord { return ChatAnswer(response: response, report: report, isCounted: isCounted) }
        loop.take(.answered(response))
      case .call(let calls): try await make(calls)
      case .fail(let failure):
        throw RuntimeError(.outputInvalid, failure.reason.message, hint: failure.reason.hint)
      case .open, .finish: throw RuntimeError(.internal, "the chat came to no answer")
      }
    }
  }

  // MARK: Turns

  private mutating func ask(_ request: ModelRequest, _ turn: Int) async throws -> ModelResponse {
    try await tell(EventDraft(.modelStarted, data: about(turn, ["provider": .string(provider.name)])))
    let response: ModelResponse
    do {
      response = try await provider.respond(to: request) { [tell] event in
        switch event {
        case .text(let piece): try await tell(Self.delta("text", piece, turn))
        case .reasoning(let piece): try await tell(Self.delta("reasoning", piece, turn))
        default: break
        }
      }
    } catch let error as ModelError {
      await count(error.provider ?? provider.name, error.model ?? "") { $0.failures = 1 }
      let told: JSONValue = ["kind": .string(error.kind.name), "message": .string(error.message)]
      try await tell(
        EventDraft(.modelFinished, data: about(turn, ["provider": .string(provider.name), "error": told])))
      throw RuntimeError(error)
    }
    let start = response.start
    await count(start?.provider ?? provider.name, start?.model ?? "") { row in
      row.usage = response.usage
      guard start?.isCached == true else { return }
      (row.calls, row.cached) = (0, 1)
    }
    try await tell(EventDraft(.modelFinished, data: about(turn, response.provenance.objectValue ?? [:])))
    return response
  }

  private mutating func count(
    _ provider: String, _ model: String, _ change: (inout ModelLedger.Row) -> Void
  ) async {
    var ledger = ModelLedger()
    ledger.add(ModelLedger.Key(role: AgentLoop.chatRole, provider: provider, model: model)) { row in
      row.calls = 1
      change(&row)
    }
    if await !account(ledger) { isCounted = false }
  }

  private static func delta(_ member: String, _ piece: String, _ turn: Int) -> EventDraft {
    EventDraft(
      .modelDelta, data: [member: .string(piece), "agent": .string(AgentLoop.chatRole), "turn": JSONValue(turn)])
  }

  private func about(_ turn: Int, _ more: JSONObject) -> JSONValue {
    var data: JSONObject = ["agent": .string(AgentLoop.chatRole), "attempt": 1, "turn": JSONValue(turn)]
    for member in more { data[member.key] = member.value }
    return .object(data)
  }

  // MARK: Calls

  private mutating func make(_ calls: [AgentCall]) async throws {
    let made = calls.filter { $0.refusal == nil }
    for call in calls {
      if let refusal = call.refusal {
        loop.take(.returned(call: call.number, AgentResult(text: refusal, isError: true)))
      } else {
        loop.take(.begun(call: call.number))
        report.called(call.name)
        try await tell(EventDraft(.toolCalled, data: .object(about(call))))
      }
    }
    var read: [Int: (AgentResult, Duration)] = [:]
    for call in made where call.tool?.body == .readResult {
      read[call.number] = (loop.readAgain(call.call.arguments), .zero)
    }
    let outcomes = try await withThrowingTaskGroup(of: (Int, AgentResult, Duration).self) {
      [registry, rules, read] group in
      for call in made where read[call.number] == nil {
        group.addTask { try await Self.perform(call, registry, rules) }
      }
      var outcomes = read
      for try await (number, result, time) in group { outcomes[number] = (result, time) }
      return outcomes
    }
    for call in made {
      guard let (result, time) = outcomes[call.number] else { continue }
      loop.take(.returned(call: call.number, result))
      var data = about(call)
      data["isError"] = .bool(result.isError)
      data["durationMs"] = .integer(time.milliseconds)
      try await tell(EventDraft(.toolReturned, data: .object(data)))
    }
  }

  private static func perform(
    _ call: AgentCall, _ registry: ToolRegistry, _ rules: AgentRules
  ) async throws -> (Int, AgentResult, Duration) {
    let clock = ContinuousClock()
    let begin = clock.now
    guard case .registry(let name)? = call.tool?.body else {
      return (call.number, AgentResult(text: "\(call.name) is not there in a chat", isError: true), .zero)
    }
    do {
      let answer = try await registry.call(ToolCall(name: name, arguments: call.call.arguments)).result
      return (call.number, AgentResult(answer, limit: rules.resultBytes), clock.now - begin)
    } catch let error as ToolError {
      return (call.number, AgentResult(error), clock.now - begin)
    }
  }

  private func about(_ call: AgentCall) -> JSONObject {
    [
      "tool": .string(call.name), "attempt": 1, "call": JSONValue(call.number), "agent": .string(AgentLoop.chatRole),
    ]
  }
}
