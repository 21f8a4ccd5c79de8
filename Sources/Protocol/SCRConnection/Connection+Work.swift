package import SCRProtocol
import Synchronization

struct DrainWaiter: Sendable {
  /// Requests with this policy are not waited for.
  let forgetting: DrainPolicy?
  let continuation: CheckedContinuation<Void, Never>
}

// The peer's requests that are answered by a task of their own.
extension Connection {
  func start(_ id: RequestID, _ policy: DrainPolicy, _ work: @escaping @Sendable () async throws -> JSONSlice) {
    // The task starts under the lock that it needs to end, so a cancellation cannot miss it.
    shared.withLock { shared in
      let ticket = shared.core.begin(id, policy)
      shared.work[id] = Task { await self.run(id, ticket, work) }
    }
  }

  @concurrent private func run(
    _ id: RequestID, _ ticket: ConnectionState.Ticket, _ work: @Sendable () async throws -> JSONSlice
  ) async {
    var output = JSONWriter(capacity: 512)
    do {
      let result = try await work()
      output.response(id) { $0.raw(result.bytes) }
    } catch { output.response(id, error: Self.rpcError(error)) }
    let mayAnswer = shared.withLock { shared in
      guard shared.core.finish(id, ticket) else { return false }
      shared.work[id] = nil
      return true
    }
    if mayAnswer {
      sink.send(output.bytes, inline: false)
      handler.answered(id, on: self)
      shared.withLock { $0.core.sent() }
    }
    signalCapacity()
    checkDrained()
  }

  /// Ends a request: its task is cancelled, its id is free, and nothing more is sent for it (MCP: cancellation).
  func cancel(_ id: RequestID) {
    let task = shared.withLock { shared in
      shared.core.cancel(id) ? shared.work.removeValue(forKey: id) : nil
    }
    guard let task else { return }
    task.cancel()
    handler.answered(id, on: self)
    signalCapacity()
    checkDrained()
  }

  /// The one place where an error of any layer becomes what the peer sees.
  static func rpcError(_ error: any Error) -> RPCError {
    switch error {
    case let error as RPCError: error
    case let error as any RPCErrorConvertible: error.rpcError
    case is CancellationError: RPCError(.cancelled, "the request was cancelled")
    default: RPCError(.internal, "an internal error occurred", hint: "the log of scr says more")
    }
  }

  // MARK: Waiting

  private func signalCapacity() { capacity.signal() }

  /// Takes requests for which ``receive(_:)`` had no room. Blocks the reader's own thread until each has found some.
  package func resume(_ waiting: [IncomingRequest]) {
    for request in waiting {
      capacity.waitFor { _ in shared.withLock { $0.core.inFlight < $0.core.maxInFlight } ? () : nil }
      var output = JSONWriter(capacity: 512)
      admit(request, &output)
      if !output.bytes.isEmpty { sink.send(output.bytes, inline: true) }
      sink.flush()
    }
  }

  /// Waits until the input has ended and the requests in flight are answered.
  /// - Parameter policy: requests with this policy are not waited for.
  package func drained(forgetting policy: DrainPolicy? = nil) async {
    await withCheckedContinuation { continuation in
      let isIdle = shared.withLock { shared in
        if shared.core.isIdle(forgetting: policy) { return true }
        shared.drainWaiters.append(DrainWaiter(forgetting: policy, continuation: continuation))
        return false
      }
      if isIdle { continuation.resume() }
    }
  }

  /// Cancels every request with this policy; they get no answer.
  package func abandon(_ policy: DrainPolicy) {
    for id in shared.withLock({ $0.core.requests(policy) }) { cancel(id) }
  }

  func checkDrained() {
    let ready = shared.withLock { shared in
      let ready = shared.drainWaiters.filter { shared.core.isIdle(forgetting: $0.forgetting) }
      shared.drainWaiters.removeAll { shared.core.isIdle(forgetting: $0.forgetting) }
      return ready
    }
    for waiter in ready { waiter.continuation.resume() }
  }
}

/// An error that knows how the peer should see it.
package protocol RPCErrorConvertible: Error {
  var rpcError: RPCError { get }
}
