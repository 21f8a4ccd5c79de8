import SCRProtocol

/// Does one attempt of a step: calls its tool.
struct Worker: Sendable {
  let registry: ToolRegistry

  /// Never throws: every end of an attempt is an outcome.
  func perform(_ attempt: StepAttempt) async -> AttemptOutcome {
    do {
      return .answered(try await registry.call(attempt.call).result)
    } catch let error as ToolError {
      return .failed(error)
    } catch is CancellationError {
      return .interrupted
    } catch {
      return .failed(
        ToolError(.internal, "\(attempt.call.name) failed: \(error)", mayHaveTakenEffect: true, cause: error))
    }
  }
}
