import SCRProtocol
import Synchronization

/// A provider's work on one request of the modern era, which lives on while its client is away to find answers. Only
/// requests of clients that can be asked pay for it.
final class LiveCall: ClientRequests.Desk {
  /// What the request that waits for the call is answered with.
  enum Turn: Sendable {
    case ended(Result<JSONSlice, any Error>)
    case asks([String: InputRequest])
  }

  private struct State {
    var task: Task<Void, Never>?
    var capabilities: ClientCapabilities
    /// The first is what the client sees; others wait behind it.
    var questions = OpenQuestions()
    /// Not fetched yet.
    var turn: Turn?
    var waiter: CheckedContinuation<Turn, any Error>?
  }

  private let state: Mutex<State>
  private let limits: ServerLimits
  private let clock: ServerClock
  let progress: ProgressReporter
  let log: LogReporter

  init(
    _ capabilities: ClientCapabilities, _ progress: ProgressReporter, _ log: LogReporter, _ limits: ServerLimits,
    _ clock: ServerClock
  ) {
    state = Mutex(State(capabilities: capabilities))
    self.limits = limits
    self.clock = clock
    self.progress = progress
    self.log = log
  }

  var capabilities: ClientCapabilities { state.withLock(\.capabilities) }

  /// Begins the work. Ended by ``cancel()``, by the cancellation of who waits in ``turn()``, and by ``abandon(_:)``.
  func start(_ work: @escaping @Sendable () async throws -> JSONSlice) {
    state.withLock { state in
      state.task = Task { await self.run(work) }
    }
  }

  @concurrent private func run(_ work: @Sendable () async throws -> JSONSlice) async {
    let outcome: Result<JSONSlice, any Error>
    do { outcome = .success(try await work()) } catch { outcome = .failure(error) }
    post(.ended(outcome))
  }

  private func post(_ turn: Turn) {
    let waiter = state.withLock { state in
      defer { state.waiter = nil }
      if state.waiter == nil { state.turn = turn }
      return state.waiter
    }
    waiter?.resume(returning: turn)
  }

  // MARK: The side of the request

  /// Waits for what the request is to be answered with. Cancelling the request cancels the call.
  func turn() async throws -> Turn {
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        let ready: Result<Turn, any Error>? = state.withLock { state in
          if Task.isCancelled { return .failure(CancellationError()) }
          if let turn = state.turn {
            state.turn = nil
            return .success(turn)
          }
          state.waiter = continuation
          return nil
        }
        if let ready { continuation.resume(with: ready) }
      }
    } onCancel: {
      cancel()
    }
  }

  func cancel() {
    // Nothing more may be sent for the request from now on.
    quiet()
    let (task, waiter) = state.withLock { state in
      defer { state.waiter = nil }
      return (state.task, state.waiter)
    }
    task?.cancel()
    waiter?.resume(throwing: CancellationError())
  }

  /// Nobody comes back: what the provider asked fails, and it ends as it sees fit.
  func abandon(_ failure: InputFailure) {
    let (questions, task) = state.withLock { state in (state.questions.removeAll(), state.task) }
    for question in questions { question.resume(throwing: failure) }
    if failure == .disconnected { task?.cancel() }
  }

  /// The client is away; nobody hears of progress.
  func quiet() {
    progress.end()
    log.end()
  }

  /// The client has come back, with a request of its own, and with some answers or all.
  func resume(_ answers: [String: JSONValue], _ capabilities: ClientCapabilities) {
    let (answered, open) = state.withLock { state in
      state.capabilities = capabilities
      let answered = state.questions.take(answers)
      return (answered, state.questions.open)
    }
    // Posted before the provider goes on, since that may end the call.
    if let open { post(.asks(open)) }
    answered?.continuation.resume(returning: answered?.answers ?? [:])
  }

  // MARK: The side of the provider

  func ask(_ requests: [String: InputRequest]) async throws -> [String: JSONValue] {
    let id = state.withLock { $0.questions.nextID() }
    return try await withThrowingTaskGroup(of: [String: JSONValue]?.self) { group in
      group.addTask { try await self.answers(id, requests) }
      group.addTask { [clock, limits] in
        try await clock.sleep(limits.patience)
        self.fail(id, InputFailure.expired)
        return nil
      }
      for try await answers in group {
        guard let answers else { continue }
        group.cancelAll()
        return answers
      }
      throw CancellationError()
    }
  }

  private func answers(_ id: Int, _ requests: [String: InputRequest]) async throws -> [String: JSONValue] {
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        let added = state.withLock { state in
          state.questions.add(id, requests, continuation, limit: limits.questions)
        }
        switch added {
        case .open: post(.asks(requests))
        case .queued: break
        case .refused(let error): continuation.resume(throwing: error)
        }
      }
    } onCancel: {
      fail(id, CancellationError())
    }
  }

  private func fail(_ id: Int, _ error: any Error) {
    let (continuation, next) = state.withLock { state in
      let wasOpen = state.questions.isOpen(id)
      let continuation = state.questions.remove(id)
      return (continuation, wasOpen ? state.questions.open : nil)
    }
    continuation?.resume(throwing: error)
    if let next { post(.asks(next)) }
  }
}
