import Synchronization

/// One request to one provider, with its retries.
final class ModelAttempt: Sendable {
  private struct State {
    /// Held until something follows it, so that a failed attempt leaves no trace.
    var start: ModelStart?
    var hasGivenStart = false
    var hasGiven = false
    var hasFinished = false
  }

  private let line: ModelGateway.Line
  private let request: ModelRequest
  private let traffic: ModelTraffic
  private let holdsBack: Bool
  private let isDegraded: Bool
  private let state = Mutex(State())

  init(
    line: ModelGateway.Line, request: ModelRequest, traffic: ModelTraffic, holdsBack: Bool, isDegraded: Bool = false
  ) {
    self.line = line
    self.request = request
    self.traffic = traffic
    self.holdsBack = holdsBack
    self.isDegraded = isDegraded
  }

  private var name: String { line.provider.profile.name }

  /// Something of an answer was handed on that cannot be taken back.
  var hasGiven: Bool { state.withLock { $0.hasGiven } && !holdsBack }

  func run(_ retry: ModelRetryPolicy, _ onEvent: @Sendable (ModelEvent) async throws -> Void) async throws {
    var attempt = 1
    while true {
      do {
        return try await line.gate.pass(name) { try await once(onEvent) }
      } catch let error as ModelError {
        guard !hasGiven, let wait = retry.wait(after: error, attempt: attempt, random: traffic.random()),
          traffic.spendRetry()
        else { throw error }
        try await traffic.clock.sleep(for: wait)
        attempt += 1
      }
    }
  }

  private func once(_ onEvent: @Sendable (ModelEvent) async throws -> Void) async throws {
    state.withLock { $0 = State(hasGiven: $0.hasGiven) }
    try traffic.admit(name)
    do {
      try await line.provider.generate(request) { event in
        let (start, event) = receive(event)
        if let start { try await onEvent(.started(start)) }
        if let event { try await onEvent(event) }
      }
      guard state.withLock({ $0.hasFinished }) else {
        throw ModelError(.cut, "the answer of \(name) has no end", provider: name)
      }
    } catch let error as ModelError {
      traffic.failed(name, error)
      throw error
    } catch {
      // Cancelled, or whoever listens has had enough: that says nothing about the provider.
      traffic.abandoned(name)
      throw error
    }
    traffic.succeeded(name)
  }

  /// What may be handed on now: the start that was held back, and the event.
  private func receive(_ event: ModelEvent) -> (ModelStart?, ModelEvent?) {
    state.withLock { state in
      var event = event
      switch event {
      case .text: break
      case .started(var start):
        start.isDegraded = start.isDegraded || isDegraded
        state.start = start
        return (nil, nil)
      case .usage(let usage):
        event = .usage(traffic.priced(usage, provider: name, model: model(state.start)))
      case .finished: state.hasFinished = true
      default: break
      }
      state.hasGiven = true
      guard !state.hasGivenStart, let start = state.start else { return (nil, event) }
      state.hasGivenStart = true
      return (start, event)
    }
  }

  private func model(_ start: ModelStart?) -> String {
    start?.model ?? request.model ?? line.provider.profile.model ?? ""
  }
}
