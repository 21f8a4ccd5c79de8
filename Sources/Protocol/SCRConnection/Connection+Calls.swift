package import SCRProtocol
import Synchronization

/// An answer that we wait for. Settled once, by whoever comes first: the peer, the end of the stream, a cancellation.
final class PendingCall: Sendable {
  typealias Outcome = Result<JSONSlice, any Error>
  private enum State {
    case waiting
    case suspended(CheckedContinuation<JSONSlice, any Error>)
    case settled(Outcome)
    case done
  }

  private let state = Mutex(State.waiting)

  func settle(_ outcome: Outcome) {
    let continuation: CheckedContinuation<JSONSlice, any Error>? = state.withLock { state in
      switch state {
      case .waiting:
        state = .settled(outcome)
        return nil
      case .suspended(let continuation):
        state = .done
        return continuation
      case .settled, .done: return nil
      }
    }
    continuation?.resume(with: outcome)
  }

  func value() async throws -> JSONSlice {
    try await withCheckedThrowingContinuation { continuation in
      let outcome: Outcome? = state.withLock { state in
        if case .settled(let outcome) = state {
          state = .done
          return outcome
        }
        state = .suspended(continuation)
        return nil
      }
      if let outcome { continuation.resume(with: outcome) }
    }
  }
}

// Our own requests.
extension Connection {
  /// Sends a request and waits for its answer. Cancelling the task sends `notifications/cancelled` and frees the call
  /// at once.
  ///
  /// - Parameter params: gets the id, since a progress token is made of it.
  /// - Returns: the value of `result`.
  /// - Throws: `RPCError` as the peer sent it, ``ConnectionError``, `CancellationError`.
  package func call(_ method: String, params: (RequestID) -> JSONValue?) async throws -> JSONSlice {
    let call = PendingCall()
    let id = shared.withLock { shared -> RequestID? in
      guard let id = shared.core.call() else { return nil }
      shared.calls[id] = call
      return id
    }
    guard let id else { throw ConnectionError(.notSent, "the peer closed the connection") }
    var output = JSONWriter(capacity: 512)
    output.request(id, method: method, params: params(id))
    guard sink.send(output.bytes, inline: false) else {
      forget(id)
      throw ConnectionError(.notSent, "the peer no longer reads")
    }
    return try await withTaskCancellationHandler {
      try await call.value()
    } onCancel: {
      guard forget(id) else { return }
      notify("notifications/cancelled", params: ["requestId": id.json, "reason": "the caller no longer waits"])
      call.settle(.failure(CancellationError()))
    }
  }

  /// Sends a request whose answer nobody waits for; it counts as an answer when it comes.
  package func post(_ method: String, params: JSONValue?) {
    let id = shared.withLock { shared -> RequestID? in
      guard let id = shared.core.call() else { return nil }
      shared.calls[id] = PendingCall()
      return id
    }
    guard let id else { return }
    var output = JSONWriter(capacity: 512)
    output.request(id, method: method, params: params)
    if !sink.send(output.bytes, inline: false) { forget(id) }
  }

  @discardableResult
  private func forget(_ id: RequestID) -> Bool {
    shared.withLock { shared in
      shared.calls[id] = nil
      return shared.core.settle(id)
    }
  }

  /// An answer of which only the id could be read ends its call all the same.
  func settleUnreadable(_ fault: MalformedMessage, _ line: [UInt8]) {
    // A request of the peer may bear the number of one of ours.
    guard let id = fault.id ?? Message.peekID(line), (try? JSONParser.parse(line))?["method"] == nil else { return }
    let call = shared.withLock { shared in shared.core.settle(id) ? shared.calls.removeValue(forKey: id) : nil }
    let code: ConnectionError.Code = fault.error.kind == .tooLarge ? .tooLarge : .unreadable
    call?.settle(.failure(ConnectionError(code, fault.error.message)))
  }

  func settle(_ id: RequestID, _ message: Message) {
    let call = shared.withLock { shared -> PendingCall? in
      guard shared.core.settle(id) else {
        shared.faults.strayResponses += 1
        return nil
      }
      return shared.calls.removeValue(forKey: id)
    }
    if let result = message.result {
      call?.settle(.success(result))
    } else {
      call?.settle(.failure(RPCError((try? message.error?.value()) ?? .null)))
    }
  }
}
