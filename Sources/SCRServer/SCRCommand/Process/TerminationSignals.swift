import SCRConnection
import SCRRuntime
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// SIGINT, SIGTERM and SIGHUP as something to await. The first asks for an orderly end, a second ends the process at once.
/// Where a configuration can be read again, SIGHUP asks for that instead.
package final class TerminationSignals: Sendable {
  /// What Ctrl-C sends.
  package static let interrupt = SIGINT

  private let arrival = OneShot<Int32>()
  private let onSecond = Mutex<@Sendable () -> Void>({})

  private let isOfProcess: Bool
  private let limit = Mutex<Int32?>(nil)
  private let mayReload = Mutex(false)
  private let reload: AsyncStream<Void>.Continuation

  /// One element stands for all requests to read the configuration again that come before it is taken. One may iterate it.
  package let reloads: AsyncStream<Void>

  /// - Parameter isOfProcess: whether ``install(patience:reloading:)`` touches the process; a test sends its signals by hand.
  package init(isOfProcess: Bool = false) {
    self.isOfProcess = isOfProcess
    (reloads, reload) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
  }

  /// Called right before a second signal ends the process: restores what a terminal needs.
  package func beforeForcedExit(_ body: @escaping @Sendable () -> Void) { onSecond.withLock { $0 = body } }

  /// The number of the first signal, once it has come; nil when the task is cancelled.
  package func first() async -> Int32? { await arrival.value() }

  /// How long the orderly end may take after the first signal, in milliseconds, whatever hangs; nil sets no bound. Counts
  /// for signals that are yet to come.
  package func bound(_ milliseconds: Int32?) { limit.withLock { $0 = milliseconds } }
  package var patience: Int32? { limit.withLock { $0 } }

  /// From here on SIGHUP asks for a reload and not for an end.
  package func takeReloads() { mayReload.withLock { $0 = true } }

  /// Takes a signal. Called by one thread alone.
  /// - Returns: false for a second one: the process has to end.
  package func receive(_ number: Int32) -> Bool {
    if number == SIGHUP, mayReload.withLock({ $0 }) {
      reload.yield()
      return true
    }
    // The end of the reader is no second wish of anybody.
    if number == SIGPIPE, arrival.current != nil { return true }
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

  /// Nobody reads stdout any more: asks for an orderly end as a first signal does, with SIGPIPE's number. Nothing happens
  /// in a command that takes no signals; it ends by itself.
  package static func outputClosed() {
    var byte = UInt8(truncatingIfNeeded: SIGPIPE)
    _ = write(wake.write, &byte, 1)
  }

  /// Takes the signals over from their default action, which would end the process at once. Once per process. What is
  /// ignored already, as SIGHUP under nohup, stays ignored.
  ///
  /// Handlers, unlike a blocked mask, do not pass to the programs that we start.
  /// - Parameters:
  ///   - patience: see ``bound(_:)``. The thread that takes the signals keeps it, since a busy pool must not delay it.
  ///   - cutOff: called when that time is over; gives the exit code.
  ///   - reloading: as ``takeReloads()``, and SIGHUP is heard even where it was ignored: nothing ends by it.
  package func install(
    patience: Int32? = nil, reloading: Bool = false, cutOff: @escaping @Sendable () -> CommandExit = { .failed }
  ) {
    guard isOfProcess, Self.wake.read >= 0 else { return }
    bound(patience)
    if reloading { takeReloads() }
    for number in [SIGINT, SIGTERM] { Self.handle(number) }
    Self.handle(SIGHUP, evenIfIgnored: reloading)
    WireThread.start { self.serve(Self.wake.read, cutOff) }
  }

  private func serve(_ input: Int32, _ cutOff: () -> CommandExit) -> Never {
    var deadline: ContinuousClock.Instant?
    while true {
      guard let number = Self.next(from: input, until: deadline) else {
        onSecond.withLock { $0 }()
        _exit(cutOff().code)
      }
      if !receive(number) { _exit(CommandExit.signal(number).code) }
      if arrival.current == nil || deadline != nil { continue }
      deadline = patience.map { .now + .milliseconds(Int64($0)) }
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

  /// The next signal out of the pipe; nil once the deadline is over.
  private static func next(from input: Int32, until deadline: ContinuousClock.Instant?) -> Int32? {
    let clock = ContinuousClock()
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

  package static func handle(_ number: Int32, evenIfIgnored: Bool = false) {
    if !evenIfIgnored, isIgnored(number) { return }
    signal(number) { number in
      // Nothing but write(2) is allowed here; a full pipe means that enough signals wait already.
      let saved = errno
      var byte = UInt8(truncatingIfNeeded: number)
      _ = write(TerminationSignals.wake.write, &byte, 1)
      errno = saved
    }
  }
}
