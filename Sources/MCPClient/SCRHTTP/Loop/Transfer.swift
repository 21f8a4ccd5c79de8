import CCurl
import Synchronization

/// One exchange, seen from both sides: the loop's thread fills it, a task empties it.
final class Transfer: Sendable {
  enum Order: Sendable { case resume, cancel, linger }

  fileprivate struct State {
    var reader = HeadReader()
    var head: HTTPHead?
    var buffer: BodyBuffer
    var failure: HTTPError?
    var isEnded = false
    /// Set once nobody reads any more.
    var isAbandoned = false
    var waiter: CheckedContinuation<Void, Never>?
    var orders: [Order] = []
  }

  let request: HTTPRequest
  private let state: Mutex<State>
  /// Tells the loop that there are orders.
  private let notify: @Sendable (Transfer) -> Void

  init(_ request: HTTPRequest, notify: @escaping @Sendable (Transfer) -> Void) {
    self.request = request
    self.notify = notify
    state = Mutex(State(buffer: BodyBuffer(request.limits)))
  }

  // MARK: The loop's side

  /// - Returns: false for more headers than we take.
  func receiveHeader(_ line: UnsafeRawBufferPointer) -> Bool {
    let (goesOn, waiter) = state.withLock { state -> (Bool, CheckedContinuation<Void, Never>?) in
      // Trailers come after the body and are no business of ours.
      if state.head != nil { return (true, nil) }
      switch state.reader.line(line) {
      case .more: return (true, nil)
      case .complete(let head):
        state.head = head
        return (true, state.takeWaiter())
      case .tooLarge:
        let limit = HTTPLimits.headers
        state.failure = HTTPError(
          .tooLarge, "the headers of \(request.address.authority) are over the limit of \(limit) bytes")
        return (false, nil)
      }
    }
    waiter?.resume()
    return goesOn
  }

  /// - Returns: whoever waited for it; the loop lets them go on at the end of its turn.
  func receive(_ piece: UnsafeRawBufferPointer) -> (BodyBuffer.Offer, CheckedContinuation<Void, Never>?) {
    state.withLock { state in
      let offer = state.buffer.offer(piece)
      if offer == .tooLarge {
        state.failure = HTTPError(
          .tooLarge, "the answer of \(request.address.authority) is over the limit of \(request.limits.body) bytes")
      }
      return (offer, offer == .taken ? state.takeWaiter() : nil)
    }
  }

  /// The first reason wins: a limit that we set off shows itself to libcurl as a write that was refused.
  func end(_ error: HTTPError?) {
    let waiter = state.withLock { state in
      state.failure = state.failure ?? error
      if state.head == nil, state.failure == nil {
        state.failure = HTTPError(.malformed, "the answer of \(request.address.authority) has no head")
      }
      state.isEnded = true
      state.buffer.finish(state.failure)
      return state.takeWaiter()
    }
    waiter?.resume()
  }

  func takeOrders() -> [Order] {
    state.withLock { state in
      defer { state.orders = [] }
      return state.orders
    }
  }

  // MARK: The reader's side

  /// - Throws: ``HTTPError``, `CancellationError`.
  func head() async throws -> HTTPHead {
    while true {
      try Task.checkCancellation()
      let (head, failure) = state.withLock { ($0.head, $0.failure) }
      if let failure { throw failure }
      if let head { return head }
      await news { $0.head == nil && $0.failure == nil }
    }
  }

  /// What has come since the last call; nil at the end.
  /// - Throws: ``HTTPError``, `CancellationError`.
  func next() async throws -> [UInt8]? {
    while true {
      try Task.checkCancellation()
      let (taken, mustResume) = state.withLock { state in
        let (taken, mustResume) = state.buffer.take()
        if mustResume { state.orders.append(.resume) }
        return (taken, mustResume)
      }
      if mustResume { notify(self) }
      switch taken {
      case .bytes(let bytes): return bytes
      case .end: return nil
      case .failed(let error): throw error
      case .wait: await news { $0.buffer.isWaitedFor }
      }
    }
  }

  private func news(unless mustWait: (borrowing State) -> Bool) async {
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let isReady = state.withLock { state in
          guard !Task.isCancelled, mustWait(state), !state.isEnded else { return true }
          state.waiter = continuation
          return false
        }
        if isReady { continuation.resume() }
      }
    } onCancel: {
      state.withLock { $0.takeWaiter() }?.resume()
    }
  }

  /// Nobody reads any more: closes the connection at once, or lets a short rest of the answer pass by.
  func leave(_ order: Order) {
    let isNews = state.withLock { state in
      guard !state.isAbandoned else { return false }
      state.isAbandoned = true
      if state.isEnded { return false }
      state.orders.append(order)
      return true
    }
    if isNews { notify(self) }
  }
}

extension Transfer.State {
  fileprivate mutating func takeWaiter() -> CheckedContinuation<Void, Never>? {
    defer { waiter = nil }
    return waiter
  }
}
