import CLocalSocket
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Serves many connections over one socket of this machine on one thread, each with a handler, ids and bounds of its own.
///
/// The thread sleeps while nothing comes; a connection at rest costs a descriptor and its handler. It never waits for a
/// peer: what one does not read stays in that one's ``PeerBacklog``.
package final class SocketServer: Sendable {
  private struct State {
    var isRunning = false
    var isClosingWhenIdle = false
    var isClosing = false
    var endBy: ContinuousClock.Instant?
    var count = 0
    /// Resumed when the name is gone and no client is left.
    var idleWaiters: [CheckedContinuation<Void, Never>] = []
    var endWaiters: [CheckedContinuation<Void, Never>] = []
  }

  let greeting: Greeting
  let limits: SocketLimits
  let hooks: SocketHooks
  private let listener: LocalListener
  private let owner: UInt32
  private let alarm: SocketAlarm
  private let state = Mutex(State())

  /// How many are taken in one turn, so that those who are there are served between.
  private static let acceptsPerTurn = 16
  /// How long nobody is taken after the system gave no descriptor.
  private static let pause: Duration = .milliseconds(200)

  /// - Parameter owner: the user who may connect.
  /// - Throws: ``LocalSocketError`` if the system gives no descriptors.
  package init(
    _ listener: LocalListener, greeting: Greeting, limits: SocketLimits, owner: UInt32 = geteuid(), hooks: SocketHooks
  ) throws(LocalSocketError) {
    self.listener = listener
    self.greeting = greeting
    self.limits = limits
    self.owner = owner
    self.hooks = hooks
    alarm = try SocketAlarm()
  }

  package func start() {
    state.withLock { $0.isRunning = true }
    WireThread.start { self.run() }
  }

  /// Peers that are connected, greeted or not.
  package var count: Int { state.withLock(\.count) }

  /// Waits until no client is left, and listens no more from that moment on. Who connects in that moment is told by the
  /// end of its connection, before a greeting, and tries again. Cancelling ends the wait and changes nothing.
  package func closeWhenIdle() async {
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let isOver = state.withLock { state in
          guard state.isRunning, !Task.isCancelled else { return true }
          state.isClosingWhenIdle = true
          state.idleWaiters.append(continuation)
          return false
        }
        if isOver { continuation.resume() } else { alarm.ring() }
      }
    } onCancel: {
      let waiters = state.withLock { state in
        state.isClosingWhenIdle = false
        defer { state.idleWaiters = [] }
        return state.idleWaiters
      }
      for waiter in waiters { waiter.resume() }
    }
  }

  /// Takes nobody in any more; those that are there are served on. The name is gone on return.
  package func stopListening() {
    state.withLock { $0.isClosing = true }
    listener.removeName()
    alarm.ring()
  }

  /// Ends all connections; what was written for them may be read within `time`.
  package func end(within time: Duration) async {
    stopListening()
    await withCheckedContinuation { continuation in
      let isOver = state.withLock { state in
        guard state.isRunning else { return true }
        state.endBy = .now + time
        state.endWaiters.append(continuation)
        return false
      }
      if isOver { continuation.resume() } else { alarm.ring() }
    }
  }

  // MARK: The thread

  private func run() {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 16)
    defer { buffer.deallocate() }
    var entries: [SocketEntry] = []
    var lastID: UInt64 = 0
    var pausedUntil: ContinuousClock.Instant?
    while true {
      let now = ContinuousClock.now
      if let paused = pausedUntil, now >= paused { pausedUntil = nil }
      let listens = pausedUntil == nil && !state.withLock(\.isClosing)
      var polls = [pollfd(fd: alarm.descriptor, events: Int16(POLLIN), revents: 0)]
      polls.append(pollfd(fd: listens ? listener.descriptor : -1, events: Int16(POLLIN), revents: 0))
      for entry in entries {
        polls.append(pollfd(fd: entry.link.descriptor, events: Int16(entry.interest), revents: 0))
      }
      let deadlines = entries.compactMap(\.deadline) + [pausedUntil].compactMap { $0 }
      poll(&polls, nfds_t(polls.count), Self.timeout(deadlines.min(), now))
      if polls[0].revents != 0 { alarm.silence() }
      let after = ContinuousClock.now
      for (entry, poll) in zip(entries, polls.dropFirst(2)) where poll.revents != 0 {
        entry.ready(Int32(poll.revents), buffer, now: after)
      }
      // Also before it ends for want of clients: one may have come in this moment.
      if listens, polls[1].revents != 0 || state.withLock(\.isClosingWhenIdle) {
        if !accept(&entries, &lastID, after) { pausedUntil = after + Self.pause }
      }
      for entry in entries { entry.settle(now: after) }
      entries.removeAll(where: \.isGone)
      if isOver(&entries, after) { return }
    }
  }

  /// - Returns: whether the thread ends.
  private func isOver(_ entries: inout [SocketEntry], _ now: ContinuousClock.Instant) -> Bool {
    let endBy = state.withLock(\.endBy)
    if let endBy {
      for entry in entries {
        entry.leave(by: endBy)
        entry.settle(now: now)
      }
      entries.removeAll(where: \.isGone)
    }
    let (waiters, isOver) = state.withLock { state -> ([CheckedContinuation<Void, Never>], Bool) in
      state.count = entries.count
      guard entries.isEmpty else { return ([], false) }
      var waiters: [CheckedContinuation<Void, Never>] = []
      if state.isClosingWhenIdle {
        state.isClosing = true
        waiters = state.idleWaiters
        state.idleWaiters = []
      }
      guard state.endBy != nil else { return (waiters, false) }
      state.isRunning = false
      return (waiters + state.endWaiters, true)
    }
    if state.withLock(\.isClosing) { listener.close() }
    for waiter in waiters { waiter.resume() }
    return isOver
  }

  /// - Returns: false if the system gives no more descriptors.
  private func accept(_ entries: inout [SocketEntry], _ lastID: inout UInt64, _ now: ContinuousClock.Instant) -> Bool {
    for _ in 0..<Self.acceptsPerTurn {
      let taken = scr_local_accept(listener.descriptor)
      if taken < 0 {
        if [EMFILE, ENFILE, ENOMEM, ENOBUFS].contains(errno) {
          hooks.notice("no connection can be taken: \(String(cString: strerror(errno)))")
          return false
        }
        if errno == EINTR || errno == ECONNABORTED { continue }
        return true
      }
      guard let peer = LocalPeer(of: taken) else {
        close(taken)
        continue
      }
      lastID += 1
      let link = SocketPeer(taken, peer, limits.backlog) { [alarm] in alarm.ring() }
      let entry = SocketEntry(link, id: lastID, self, now: now)
      if let reason = peer.refusal(by: owner) {
        entry.refuse(reason, now)
      } else if entries.count >= limits.connections {
        entry.refuse(
          "\(limits.connections) clients are connected already, which is the limit (server.maxConnections)", now)
        // What it holds must not grow with those that knock.
        entry.end(nil)
      }
      if !entry.isGone { entries.append(entry) }
    }
    return true
  }

  private static func timeout(_ next: ContinuousClock.Instant?, _ now: ContinuousClock.Instant) -> Int32 {
    guard let next else { return -1 }
    let wait = now.duration(to: next)
    return wait <= .zero ? 0 : Int32(clamping: Int64((wait / .milliseconds(1)).rounded(.up)))
  }
}
