import SCRConnection
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// SIGINT, SIGTERM and SIGHUP as something to await. The first asks for an orderly end, a second ends the process at once.
package final class TerminationSignals: Sendable {
  private struct State {
    var first: Int32?
    var nextID = 0
    var waiters: [Int: CheckedContinuation<Int32?, Never>] = [:]
    var onSecond: @Sendable () -> Void = {}
  }

  private let state = Mutex(State())

  package init() {}

  /// Called right before a second signal ends the process: restores what a terminal needs.
  package func beforeForcedExit(_ body: @escaping @Sendable () -> Void) { state.withLock { $0.onSecond = body } }

  /// The number of the first signal, once it has come; nil when the task is cancelled.
  package func first() async -> Int32? {
    let id = state.withLock { state in
      state.nextID += 1
      return state.nextID
    }
    return await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let known: Int32?? = state.withLock { state in
          if let first = state.first { return .some(first) }
          if Task.isCancelled { return .some(nil) }
          state.waiters[id] = continuation
          return nil
        }
        if let known { continuation.resume(returning: known) }
      }
    } onCancel: {
      state.withLock { $0.waiters.removeValue(forKey: id) }?.resume(returning: nil)
    }
  }

  /// Takes a signal.
  /// - Returns: false for a second one: the process has to end.
  package func receive(_ number: Int32) -> Bool {
    let (isFirst, waiters, onSecond) = state.withLock { state in
      let isFirst = state.first == nil
      defer { if isFirst { (state.first, state.waiters) = (number, [:]) } }
      return (isFirst, Array(state.waiters.values), state.onSecond)
    }
    guard isFirst else {
      onSecond()
      return false
    }
    for waiter in waiters { waiter.resume(returning: number) }
    return true
  }

  // MARK: The process's signals

  /// Where handlers write and the thread reads; made before a handler is installed.
  private static let wake: (read: Int32, write: Int32) = {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { return (-1, -1) }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    return (ends[0], ends[1])
  }()

  /// Takes the signals over from their default action, which would end the process at once. Once per process.
  ///
  /// Handlers, unlike a blocked mask, do not pass to the programs that we start.
  package func install() {
    let input = Self.wake.read
    guard input >= 0 else { return }
    for number in [SIGINT, SIGTERM, SIGHUP] { Self.handle(number) }
    WireThread.start {
      var byte: UInt8 = 0
      while true {
        let count = read(input, &byte, 1)
        if count == 1 {
          if !self.receive(Int32(byte)) { _exit(CommandExit.signal(Int32(byte)).code) }
        } else if count == 0 || errno != EINTR {
          return
        }
      }
    }
  }

  private static func handle(_ number: Int32) {
    signal(number) { number in
      // Nothing but write(2) is allowed here; a full pipe means that enough signals wait already.
      let saved = errno
      var byte = UInt8(truncatingIfNeeded: number)
      _ = write(TerminationSignals.wake.write, &byte, 1)
      errno = saved
    }
  }
}
