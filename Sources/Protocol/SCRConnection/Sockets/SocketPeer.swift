import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The outgoing side of one connection of a ``SocketServer``. Whoever has a frame writes it, as far as the peer takes it
/// without waiting; the server's thread sends the rest when there is room.
final class SocketPeer: FrameSink {
  private struct State {
    var backlog: PeerBacklog
    var isOpen = true
    /// The peer no longer reads.
    var isDeaf = false
    /// Whether the server's thread waits for requests to end.
    var isWatched = false
    var waiters: [CheckedContinuation<Void, Never>] = []
  }

  let descriptor: Int32
  let peer: LocalPeer
  private let state: Mutex<State>
  private let wake: @Sendable () -> Void

  /// Takes the descriptor over, which must not block.
  /// - Parameter wake: makes the server's thread look at this peer again.
  init(_ descriptor: Int32, _ peer: LocalPeer, _ limits: PeerBacklog.Limits, wake: @escaping @Sendable () -> Void) {
    self.descriptor = descriptor
    self.peer = peer
    self.wake = wake
    state = Mutex(State(backlog: PeerBacklog(limits)))
  }

  deinit { close() }

  // MARK: Sending

  @discardableResult
  func send(_ frames: [UInt8], inline: Bool) -> Bool {
    let (isSent, mustWake, waiters) = state.withLock { state -> (Bool, Bool, [CheckedContinuation<Void, Never>]) in
      guard state.isOpen, !state.isDeaf else { return (false, false, []) }
      let wasWaiting = !state.backlog.isEmpty
      state.backlog.add(frames, now: .now)
      if inline { return (true, false, []) }
      let waiters = write(&state)
      // Once it watches for room it need not be told again, unless there is something to judge.
      return (true, state.isDeaf || (!state.backlog.isEmpty && !(wasWaiting && state.backlog.hasRoom)), waiters)
    }
    for waiter in waiters { waiter.resume() }
    if mustWake { wake() }
    return isSent
  }

  func flush() {
    let waiters = state.withLock { write(&$0) }
    for waiter in waiters { waiter.resume() }
  }

  /// - Returns: senders that may go on.
  private func write(_ state: inout State) -> [CheckedContinuation<Void, Never>] {
    while state.isOpen, !state.isDeaf, !state.backlog.isEmpty {
      var failure: Int32 = 0
      state.backlog.send(now: .now) { bytes in
        let count = SocketCall.send(descriptor, bytes)
        if count < 0 { failure = errno }
        return count
      }
      if failure == EAGAIN || failure == EWOULDBLOCK { break }
      if failure != 0, failure != EINTR {
        state.isDeaf = true
        state.backlog.drop()
      }
    }
    return state.backlog.hasRoom ? takeWaiters(&state) : []
  }

  private func takeWaiters(_ state: inout State) -> [CheckedContinuation<Void, Never>] {
    defer { state.waiters = [] }
    return state.waiters
  }

  // MARK: Room

  var hasRoom: Bool { state.withLock { !$0.isOpen || $0.backlog.hasRoom } }

  func waitForRoom() async {
    await withCheckedContinuation { continuation in
      let isFree = state.withLock { state in
        if !state.isOpen || state.isDeaf || state.backlog.hasRoom { return true }
        state.waiters.append(continuation)
        return false
      }
      if isFree { continuation.resume() }
    }
  }

  func requestEnded() { if state.withLock(\.isWatched) { wake() } }

  // MARK: The server's thread

  /// To be set before the thread looks whether requests have ended.
  func watch(_ isWatched: Bool) { state.withLock { $0.isWatched = isWatched } }

  var hasOutput: Bool { state.withLock { !$0.backlog.isEmpty } }
  var isDeaf: Bool { state.withLock(\.isDeaf) }
  var deadline: ContinuousClock.Instant? { state.withLock { $0.backlog.deadline } }
  func verdict(now: ContinuousClock.Instant) -> String? { state.withLock { $0.backlog.verdict(now: now) } }

  /// Nothing is sent from here on.
  func close() {
    let waiters = state.withLock { state -> [CheckedContinuation<Void, Never>] in
      guard state.isOpen else { return [] }
      state.isOpen = false
      state.backlog.drop()
      SocketCall.close(descriptor)
      return takeWaiters(&state)
    }
    for waiter in waiters { waiter.resume() }
  }
}
