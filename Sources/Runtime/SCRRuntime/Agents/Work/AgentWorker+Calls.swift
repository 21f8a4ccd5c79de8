import SCRProtocol

// Calls of tools.
extension AgentWorker {
  /// A call that a crash cut off and that must not simply be made again.
  func unknown(_ calls: [AgentCall]) -> AttemptOutcome? {
    guard let call = calls.first(where: { $0.hasBegun && $0.refusal == nil && $0.tool?.effect.mayRepeat != true }),
      !brief.mayRepeatCalls, brief.onUnknownOutcome != .retry
    else { return nil }
    let reason = TaskReason(
      kind: TaskReason.unknownOutcome,
      message: "the runtime ended while the agent's call of \(call.name) ran; it is unknown whether it took effect",
      stepID: brief.stepID, hint: "check its effect, then answer, or set onUnknownOutcome for the step")
    return brief.onUnknownOutcome == .ask ? .unknown(reason) : .gaveUp(AgentFailure(reason))
  }

  mutating func make(_ calls: [AgentCall]) async throws {
    let made = calls.filter { $0.refusal == nil }
    for call in calls {
      if let refusal = call.refusal {
        take(.returned(call: call.number, AgentResult(text: refusal, isError: true)))
      } else if !call.hasBegun {
        take(.begun(call: call.number))
        journal.tell(.toolCalled, about(call))
      }
    }
    try await journal.commit()
    if made.count == 1, let call = made.first { return try await settle(call, try await perform(call)) }
    try await withThrowingTaskGroup(of: (AgentCall, CallOutcome).self) { group in
      for call in made { group.addTask { [self] in (call, try await perform(call)) } }
      for try await (call, outcome) in group { try await settle(call, outcome) }
    }
  }

  private struct CallOutcome: Sendable {
    var result: AgentResult
    var duration: Duration
    /// Of a finding that is to be kept with the result.
    var finding: String?
  }

  private func perform(_ call: AgentCall) async throws -> CallOutcome {
    let clock = ContinuousClock()
    let begin = clock.now
    guard let tool = call.tool else { return CallOutcome(result: AgentResult(text: ""), duration: .zero) }
    switch tool.body {
    case .addFinding:
      return CallOutcome(
        result: AgentResult(text: "kept"), duration: .zero, finding: call.call.arguments["finding"]?.stringValue ?? "")
    case .loadSkill:
      return CallOutcome(result: desk.skills(of: brief).answer(call.call.arguments), duration: .zero)
    case .readResult:
      return CallOutcome(result: loop.readAgain(call.call.arguments), duration: .zero)
    case .registry(let name):
      let context = ToolContext(
        taskID: brief.taskID, stepID: brief.stepID,
        idempotencyKey: "\(brief.attemptName)/\(call.number)")
      do {
        let result = try await desk.registry.call(
          ToolCall(name: name, arguments: call.call.arguments, context: context)
        ).result
        return CallOutcome(
          result: AgentResult(result, limit: desk.rules.resultBytes), duration: clock.now - begin)
      } catch let error as ToolError {
        return CallOutcome(result: AgentResult(error), duration: clock.now - begin)
      }
    }
  }

  private mutating func settle(_ call: AgentCall, _ outcome: CallOutcome) async throws {
    life?.progress()
    take(.returned(call: call.number, outcome.result))
    var data = about(call)
    data["isError"] = .bool(outcome.result.isError)
    data["durationMs"] = .integer(outcome.duration.milliseconds)
    journal.tell(.toolReturned, data)
    if let finding = outcome.finding { return try await keep(finding) }
    try await journal.commit()
  }

  /// With the call's outcome, so that it is kept once.
  private mutating func keep(_ finding: String) async throws {
    var last: Int64?
    while true {
      let shelf = try await FindingShelf.read(of: brief.taskID, in: desk.store)
      let kept = Finding(
        number: shelf.nextNumber, at: desk.clock.now(), taskID: brief.taskID, stepID: brief.stepID,
        source: brief.kind.rawValue, value: .string(finding))
      var attempt = journal
      attempt.add(shelf.adding(kept, now: desk.clock.now()))
      do {
        try await attempt.commit()
        journal = attempt
        return
      } catch let error as StoreError where error.code == .preconditionFailed && last != shelf.nextNumber {
        // Another agent kept one in the same moment; if nobody did, it is our claim that is lost.
        last = shelf.nextNumber
      }
    }
  }

  private func about(_ call: AgentCall) -> JSONObject {
    [
      "tool": .string(call.name), "attempt": JSONValue(brief.attempt), "call": JSONValue(call.number),
      "agent": .string(brief.kind.rawValue),
    ]
  }
}
