import CProcessGuard
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The one thread that serves the pipes, the guards and the deadlines of all children of a table.
///
/// It starts with the first child and ends once the table is gone and no child lives.
final class ChildReactor: Sendable {
  /// What a descriptor is for; with the child's number it makes the token under which the poller knows it.
  enum Role: UInt64 {
    case wake, input, output, errors, control, handle

    func token(_ child: UInt64) -> UInt64 { child << 3 | rawValue }
  }

  private struct State {
    var children: [UInt64: ChildLife] = [:]
    var lastID: UInt64 = 0
    /// Places taken by children that are being launched.
    var reserved = 0
    var isRunning = false
    var isStopping = false
    var isRetired = false
  }

  let poller: Int32
  private let wakeRead: Int32
  private let wakeWrite: Int32
  private let state = Mutex(State())

  /// - Throws: ``ProcessError`` if the system gives no descriptors.
  init() throws {
    // A child that has closed its stdin must cost us an EPIPE and not our life. Children get the default back.
    signal(SIGPIPE, SIG_IGN)
    var ends: [Int32] = [-1, -1]
    guard scr_pipe(&ends) == 0 else { throw ProcessError.system("opening a pipe", errno: errno) }
    poller = scr_poller_create()
    guard poller >= 0, scr_poller_watch(poller, ends[0], SCR_POLLER_READ, Role.wake.rawValue) == 0 else {
      let cause = errno
      for descriptor in ends { close(descriptor) }
      throw ProcessError.system("making a poller", errno: cause)
    }
    for descriptor in ends { _ = fcntl(descriptor, F_SETFL, O_NONBLOCK) }
    (wakeRead, wakeWrite) = (ends[0], ends[1])
  }

  deinit { for descriptor in [poller, wakeRead, wakeWrite] { close(descriptor) } }

  // MARK: Children

  /// - Returns: the number of the child to come; ``adopt(_:)`` or ``release()`` must follow.
  func reserve(limit: Int) throws -> UInt64 {
    try state.withLock { state in
      if state.isStopping {
        throw ProcessError(.stopping, "no more processes are started, since all are being stopped")
      }
      guard state.children.count + state.reserved < limit else {
        throw ProcessError(
          .tooMany, "\(limit) child processes live already, which is the limit; stop some, or configure fewer servers")
      }
      state.reserved += 1
      state.lastID += 1
      return state.lastID
    }
  }

  func release() { state.withLock { $0.reserved -= 1 } }

  func adopt(_ child: ChildLife) {
    let (mustStart, isLate) = state.withLock { state in
      state.reserved -= 1
      state.children[child.id] = child
      defer { state.isRunning = true }
      return (!state.isRunning, state.isStopping)
    }
    if mustStart { DedicatedThread.start { [self] in run() } }
    if isLate { child.beginStop(.immediate) }
  }

  func remove(_ child: ChildLife) { state.withLock { $0.children[child.id] = nil } }

  var children: [ChildLife] { state.withLock { Array($0.children.values) } }

  /// No more children from here on.
  func stopAdmitting() { state.withLock { $0.isStopping = true } }

  /// Nobody wants children any more: those that live are killed, and then the thread ends.
  func retire() {
    state.withLock { state in
      state.isStopping = true
      state.isRetired = true
    }
    for child in children { child.beginStop(.immediate) }
    wake()
  }

  // MARK: The thread

  /// Makes the thread look at its deadlines again.
  func wake() {
    var byte: UInt8 = 1
    // A full pipe is a wake-up already.
    _ = write(wakeWrite, &byte, 1)
  }

  private func run() {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 16)
    defer { buffer.deallocate() }
    var tokens = [UInt64](repeating: 0, count: 64)
    while goesOn() {
      let count = scr_poller_wait(poller, &tokens, Int32(tokens.count), timeout())
      for token in tokens.prefix(Int(count)) { dispatch(token, buffer) }
      let now = ContinuousClock.now
      for child in children {
        child.takeDueSteps(now: now)
        child.settle(buffer)
      }
    }
  }

  private func goesOn() -> Bool {
    state.withLock { state in
      if state.isRetired, state.children.isEmpty { state.isRunning = false }
      return state.isRunning
    }
  }

  private func dispatch(_ token: UInt64, _ buffer: UnsafeMutableRawBufferPointer) {
    guard let role = Role(rawValue: token & 7) else { return }
    if role == .wake {
      while read(wakeRead, buffer.baseAddress, buffer.count) > 0 {}
      return
    }
    // Numbers are never used twice, so an event that is late for its child meets nobody.
    state.withLock { $0.children[token >> 3] }?.ready(role, buffer)
  }

  /// Milliseconds to the next deadline, rounded up; -1 if there is none.
  private func timeout() -> Int32 {
    guard let next = children.compactMap(\.nextDeadline).min() else { return -1 }
    let wait = ContinuousClock.now.duration(to: next)
    return wait <= .zero ? 0 : Int32(clamping: Int64((wait / .milliseconds(1)).rounded(.up)))
  }
}
