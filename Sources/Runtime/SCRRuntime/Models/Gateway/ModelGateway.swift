/// A provider with everything around it that a careful caller would do: waits and tries again by the class of the error,
/// goes to the next provider, checks structured answers, and tells what they cost.
///
/// Nothing of an answer is given twice: once the first of it was handed on, an error ends the request. Only answers whose
/// text is held back until it is checked can still be asked for elsewhere.
package final class ModelGateway: ModelProvider {
  package struct Rules: Sendable {
    package var retry: ModelRetryPolicy
    /// Times that an answer which is not by its schema is asked for again.
    package var repairs: Int

    package init(retry: ModelRetryPolicy = ModelRetryPolicy(), repairs: Int = 2) {
      self.retry = retry
      self.repairs = repairs
    }
  }

  /// A provider with its own limit.
  package struct Line: Sendable {
    let provider: any ModelProvider
    let gate: ModelGate

    package init(_ provider: any ModelProvider, maxConcurrent: Int) {
      self.provider = provider
      gate = ModelGate(limit: maxConcurrent)
    }
  }

  package let profile: ModelProfile
  private let line: Line
  /// In this order, where ``line`` fails in a way that another may not.
  private let failover: [Line]
  /// Answers when all fail (`fail_open`); nil lets the error through (`fail_closed`).
  private let standIn: Line?
  private let rules: Rules
  private let traffic: ModelTraffic

  package init(
    _ line: Line, failover: [Line] = [], standIn: Line? = nil, rules: Rules = Rules(), traffic: ModelTraffic
  ) {
    self.line = line
    self.failover = failover
    self.standIn = standIn
    self.rules = rules
    self.traffic = traffic
    profile = line.provider.profile
  }

  package func models() async throws -> [ModelListing] { try await line.provider.models() }
  package func ping() async throws { try await line.provider.ping() }

  package func recall(_ answers: [ModelStart]) {
    for provider in ([line] + failover + [standIn].compactMap(\.self)).map(\.provider) {
      provider.recall(answers.filter { $0.provider == provider.name })
    }
  }

  package func embed(_ texts: [String], model: String?) async throws -> ModelEmbeddings {
    try await line.gate.pass(name) { try await line.provider.embed(texts, model: model) }
  }

  package func generate(
    _ request: ModelRequest, onEvent: @Sendable (ModelEvent) async throws -> Void
  ) async throws {
    let key = ModelCache.key(request, provider: profile)
    if let key, let response = traffic.cached(key) {
      try await replay(response, onEvent)
      return
    }
    let gathering = ResponseGathering()
    let relay: @Sendable (ModelEvent) async throws -> Void = { event in
      gathering.add(event)
      try await onEvent(event)
    }
    if let output = request.output, output.isCheckedByAsker {
      try await unchecked(request, relay)
    } else if let output = request.output {
      try await structured(request, StructuredOutput(output), relay)
    } else {
      try await route(request, relay)
    }
    if let key { traffic.keep(gathering.response, for: key) }
  }

  private func replay(
    _ response: ModelResponse, _ onEvent: @Sendable (ModelEvent) async throws -> Void
  ) async throws {
    for event in response.events {
      switch event {
      case .started(var start):
        start.isCached = true
        try await onEvent(.started(start))
      // It was paid for when it was made.
      case .usage: try await onEvent(.usage(ModelUsage()))
      default: try await onEvent(event)
      }
    }
  }

  // MARK: Structured answers

  /// One answer, whatever it is: whoever asked keeps each answer, and asks again by itself.
  private func unchecked(
    _ request: ModelRequest, _ onEvent: @Sendable (ModelEvent) async throws -> Void
  ) async throws {
    let gathering = ResponseGathering()
    try await route(request, holdsBack: true) { gathering.add($0) }
    let answer = gathering.response
    try await give(answer, text: answer.text, answer.usage, onEvent)
  }

  private func structured(
    _ request: ModelRequest, _ output: StructuredOutput, _ onEvent: @Sendable (ModelEvent) async throws -> Void
  ) async throws {
    var asked = request
    var usage = ModelUsage()
    for round in 0...rules.repairs {
      let gathering = ResponseGathering()
      try await route(asked, holdsBack: true) { gathering.add($0) }
      let answer = gathering.response
      usage += answer.usage
      guard answer.finish == .stop else {
        if answer.finish == .length { throw tooShort() }
        // A call, or a refusal: no answer yet that could be checked.
        return try await give(answer, text: answer.text, usage, onEvent)
      }
      switch output.verdict(answer.text) {
      case .valid(let text): return try await give(answer, text: text, usage, onEvent)
      case .invalid(let complaint):
        guard round < rules.repairs else {
          throw ModelError(
            .outputInvalid, "\(name) gave no answer by its schema in \(round + 1) attempts: \(complaint)",
            hint: "a larger model, or a simpler schema, may do", provider: name)
        }
        asked = output.repair(asked, answer, complaint)
      }
    }
  }

  private func tooShort() -> ModelError {
    ModelError(
      .outputInvalid, "the answer of \(name) broke off at its limit of tokens, before its JSON was complete",
      hint: "allow it more output tokens", provider: name)
  }

  private func give(
    _ answer: ModelResponse, text: String, _ usage: ModelUsage,
    _ onEvent: @Sendable (ModelEvent) async throws -> Void
  ) async throws {
    var hasText = false
    for event in answer.events {
      switch event {
      case .text:
        if !hasText { try await onEvent(.text(text)) }
        hasText = true
      case .usage: try await onEvent(.usage(usage))
      default: try await onEvent(event)
      }
    }
  }

  // MARK: Routing

  /// - Parameter holdsBack: `onEvent` shows nothing to anybody, so that a started answer may be thrown away.
  private func route(
    _ request: ModelRequest, holdsBack: Bool = false, _ onEvent: @Sendable (ModelEvent) async throws -> Void
  ) async throws {
    var failure: ModelError?
    for (place, line) in ([line] + failover).enumerated() {
      if place > 0, !traffic.spendRetry() { break }
      var request = request
      // Another provider has other models.
      if place > 0 { request.model = nil }
      let attempt = ModelAttempt(line: line, request: request, traffic: traffic, holdsBack: holdsBack)
      do {
        return try await attempt.run(rules.retry, onEvent)
      } catch let error as ModelError {
        guard error.allowsFailover, !attempt.hasGiven else { throw error }
        failure = failure ?? error
      }
    }
    guard let standIn else { throw failure ?? ModelError(.notConfigured, "\(name) has no provider", provider: name) }
    var request = request
    request.model = nil
    let attempt = ModelAttempt(
      line: standIn, request: request, traffic: traffic, holdsBack: holdsBack, isDegraded: true)
    try await attempt.run(rules.retry, onEvent)
  }
}
