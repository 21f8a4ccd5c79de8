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

  /// Takes the signals over from their default action, which would end the process at once. Once per process. What is
  /// ignored already, as SIGHUP under nohup, stays ignored.
  ///
  /// Handlers, unlike a blocked mask, do not pass to the programs that we start.
  /// - Parameter patience: how long the orderly end may take after the first signal, in milliseconds, whatever hangs;
  ///   nil sets no bound. The thread that takes the signals keeps it, since a busy pool must not delay it.
  package func install(patience: Int32? = nil) {
    guard isOfProcess, Self.wake.read >= 0 else { return }
    let input = Self.wake.read
    for number in [SIGINT, SIGTERM, SIGHUP] { Self.handle(number) }
    WireThread.start {
      guard let number = Self.next(from: input, within: nil) else { return }
      _ = self.receive(number)
      let second = Self.next(from: input, within: patience)
      _ = self.receive(second ?? number)
      _exit(CommandExit.signal(second ?? number).code)
    }
  }

  /// Bounds an orderly end that no signal asked for: after `milliseconds` the process ends, whatever hangs. The store
  /// and the guards survive a sudden end. Does nothing in a test.
  package func boundEnd(_ exit: CommandExit, after milliseconds: Int32 = 5000) {
    guard isOfProcess else { return }
    WireThread.start {
      usleep(UInt32(milliseconds) * 1000)
      self.onSecond.withLock { $0 }()
      _exit(exit.code)
    }
  }

  /// The next signal out of the pipe; nil once `patience` in milliseconds is over.
  private static func next(from input: Int32, within patience: Int32?) -> Int32? {
    let clock = ContinuousClock()
    let deadline = patience.map { clock.now + .milliseconds(Int64($0)) }
    while true {
      let left = deadline.map { Int32(clamping: max(0, clock.now.duration(to: $0).milliseconds)) } ?? -1
      var wait = pollfd(fd: input, events: Int16(POLLIN), revents: 0)
      let ready = poll(&wait, 1, left)
      if ready == 0 { return nil }
      var byte: UInt8 = 0
      if ready > 0, read(input, &byte, 1) == 1 { return Int32(byte) }
    }
  }

  /// Whether the process ignores the signal.
  package static func isIgnored(_ number: Int32) -> Bool {
    var current = sigaction()
    guard sigaction(number, nil, &current) == 0 else { return false }
    #if canImport(Glibc)
      let action = current.__sigaction_handler.sa_handler
    #else
      let action = current.__sigaction_u.__sa_handler
    #endif
    return unsafeBitCast(action, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
  }

  package static func handle(_ number: Int32) {
    if isIgnored(number) { return }
    signal(number) { number in
      // Nothing but write(2) is allowed here; a full pipe means that enough signals wait already.
      let saved = errno
      var byte = UInt8(truncatingIfNeeded: number)
      _ = write(TerminationSignals.wake.write, &byte, 1)
      errno = saved
    }
  }
}
