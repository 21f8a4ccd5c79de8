import SCRProtocol

/// Does one attempt of a step: calls its tool, or lets an agent do it.
struct Worker: Sendable {
  let registry: ToolRegistry
  let agents: AgentDesk

  /// What an attempt may take.
  func limit(of attempt: StepAttempt) -> Duration {
    switch attempt.work {
    case .tool(let call): call.context.timeout ?? registry.callTimeout
    case .agent(let brief): brief.timeout ?? agents.rules.attemptTimeout
    }
  }

  /// Never throws: every end of an attempt is an outcome.
  func perform(_ attempt: StepAttempt, _ spending: AgentSpending, _ life: ChildContext?) async -> AttemptOutcome {
    switch attempt.work {
    case .tool(let call): await perform(call)
    case .agent(let brief): await AgentWorker.perform(brief, at: agents, spending, life)
    }
  }

  /// What a tool answers that may be asked again and runs on the caller's thread; nil for all other work.
  func performInline(_ attempt: StepAttempt) -> AttemptOutcome? {
    guard case .tool(let call) = attempt.work, let answer = registry.callInline(call) else { return nil }
    switch answer {
    case .success(let result): return .answered(result)
    case .failure(let error): return .failed(error)
    }
  }

  private func perform(_ call: ToolCall) async -> AttemptOutcome {
    do {
      return .answered(try await registry.call(call).result)
    } catch let error as ToolError {
      return .failed(error)
    } catch is CancellationError {
      return .interrupted
    } catch {
      return .failed(
        ToolError(.internal, "\(call.name) failed: \(error)", mayHaveTakenEffect: true, cause: error))
    }
  }
}
