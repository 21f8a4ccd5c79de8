import SCRConnection
import SCRRuntime
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// SIGINT, SIGTERM and SIGHUP as something to await. The first asks for an orderly end, a second ends the process at once.
package final class TerminationSignals: Sendable {
  /// What Ctrl-C sends.
  package static let interrupt = SIGINT

  private let arrival = OneShot<Int32>()
  private let onSecond = Mutex<@Sendable () -> Void>({})

  private let isOfProcess: Bool

  /// - Parameter isOfProcess: whether ``install()`` touches the process; a test sends its signals by hand.
  package init(isOfProcess: Bool = false) { self.isOfProcess = isOfProcess }

  /// Called right before a second signal ends the process: restores what a terminal needs.
  package func beforeForcedExit(_ body: @escaping @Sendable () -> Void) { onSecond.withLock { $0 = body } }

  /// The number of the first signal, once it has come; nil when the task is cancelled.
  package func first() async -> Int32? { await arrival.value() }

  /// Takes a signal. Called by one thread alone.
  /// - Returns: false for a second one: the process has to end.
  package func receive(_ number: Int32) -> Bool {
    guard arrival.current != nil else {
      arrival.fire(number)
      return true
    }
    onSecond.withLock { $0 }()
    return false
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
    guard isOfProcess, Self.wake.read >= 0 else { return }
    let input = Self.wake.read
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
