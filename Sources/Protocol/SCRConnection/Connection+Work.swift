package import SCRProtocol
import Synchronization

struct DrainWaiter: Sendable {
  /// Only requests with this policy are waited for; nil waits for all.
  let policy: DrainPolicy?
  let continuation: CheckedContinuation<Void, Never>
}

/// A request of the peer that is answered later.
struct Job: Sendable {
  let request: IncomingRequest
  /// Where its answer is gathered, if it came in a batch.
  let batch: Batch?
  let work: @Sendable () async throws -> JSONSlice
  /// Nil while it is parked.
  var task: Task<Void, Never>?
}

// The peer's requests that are answered by a task of their own.
extension Connection {
  /// - Returns: why there is no room for it, if there is none.
  func start(_ job: Job, _ policy: DrainPolicy) -> RPCError? {
    let id = job.request.id
    return shared.withLock { shared in
      switch shared.core.begin(id, policy) {
      case .now(let ticket): run(job, ticket, &shared)
      case .parked: shared.jobs[id] = job
      case .refused(let error): return error
      }
      return nil
    }
  }

  /// The task starts under the lock that it needs to end, so a cancellation cannot miss it.
  private func run(_ job: Job, _ ticket: ConnectionState.Ticket, _ shared: inout Shared) {
    var job = job
    job.task = Task { [job] in await self.run(job, ticket) }
    shared.jobs[job.request.id] = job
  }

  @concurrent private func run(_ job: Job, _ ticket: ConnectionState.Ticket) async {
    let id = job.request.id
    var output = JSONWriter(capacity: 512)
    do {
      let result = try await job.work()
      output.response(id) { $0.raw(result.bytes) }
    } catch { output.response(id, error: rpcError(error, job.request.method)) }
    let mayAnswer = shared.withLock { shared in
      guard shared.core.finish(id, ticket) else { return false }
      shared.jobs[id] = nil
      return true
    }
    guard mayAnswer else { return }
    if let frame = job.batch.map({ $0.settle(output.bytes) }) ?? output.bytes { sink.send(frame, inline: false) }
    ended(id, wasAnswered: true)
  }

  /// Ends a request: its task is cancelled, its id is free, and nothing more is sent for it (MCP: cancellation).
  /// - Returns: false if no such request is in flight.
  @discardableResult
  func cancel(_ id: RequestID) -> Bool {
    let job = shared.withLock { shared in
      shared.core.cancel(id) ? shared.jobs.removeValue(forKey: id) : nil
    }
    guard let job else { return false }
    job.task?.cancel()
    if let frame = job.batch?.settle([]) { sink.send(frame, inline: false) }
    ended(id, wasAnswered: false)
    return true
  }

  private func ended(_ id: RequestID, wasAnswered: Bool) {
    handler.answered(id, on: self)
    shared.withLock { shared in
      if wasAnswered { shared.core.sent() }
      while let (id, ticket) = shared.core.next() {
        if let job = shared.jobs[id] { run(job, ticket, &shared) }
      }
    }
    capacity.signal()
    checkDrained()
    sink.requestEnded()
  }

  /// The one place where an error of any layer becomes what the peer sees.
  private func rpcError(_ error: any Error, _ method: String) -> RPCError {
    let answer =
      switch error {
      case let error as RPCError: error
      case let error as any RPCErrorConvertible: error.rpcError
      case is CancellationError: RPCError(.cancelled, "the request was cancelled")
      default: RPCError(.internal, "an internal error occurred", hint: "the log of scr says more")
      }
    if answer.code == ErrorKind.internal.code { onInternalError(method, error) }
    return answer
  }

  // MARK: Waiting

  /// Blocks the reader's own thread while as many requests are parked as may be in work. Waits and streams are never
  /// among them, so what it waits for ends by itself.
  package func waitForRoom() {
    capacity.waitFor { _ in shared.withLock { $0.core.hasRoom } ? () : nil }
  }

  /// Whether the reader may read on, for one that must not wait in ``waitForRoom()``.
  package var hasRoom: Bool { shared.withLock { $0.core.hasRoom } }

  /// What ``drained(of:)`` waits for.
  package func isDrained(of policy: DrainPolicy? = nil) -> Bool { shared.withLock { $0.core.isIdle(of: policy) } }

  /// Waits until the input has ended and the requests in flight are answered.
  /// - Parameter policy: only requests with this policy are waited for; all are if it is nil.
  package func drained(of policy: DrainPolicy? = nil) async {
    await withCheckedContinuation { continuation in
      let isIdle = shared.withLock { shared in
        if shared.core.isIdle(of: policy) { return true }
        shared.drainWaiters.append(DrainWaiter(policy: policy, continuation: continuation))
        return false
      }
      if isIdle { continuation.resume() }
    }
  }

  /// Cancels every request with this policy, or all; they get no answer.
  package func abandon(_ policy: DrainPolicy? = nil) {
    for id in shared.withLock({ $0.core.requests(policy) }) { cancel(id) }
  }

  func checkDrained() {
    let (ready, endsStreams) = shared.withLock { shared in
      let ready = shared.drainWaiters.filter { shared.core.isIdle(of: $0.policy) }
      shared.drainWaiters.removeAll { shared.core.isIdle(of: $0.policy) }
      let endsStreams = !shared.endsStreams && shared.core.hasOnlyStreams
      if endsStreams { shared.endsStreams = true }
      return (ready, endsStreams)
    }
    for waiter in ready { waiter.continuation.resume() }
    if endsStreams { handler.onlyStreamsLeft(on: self) }
  }
}

/// An error that knows how the peer should see it.
package protocol RPCErrorConvertible: Error {
  var rpcError: RPCError { get }
}
