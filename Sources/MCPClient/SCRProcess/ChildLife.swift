import CProcessGuard
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// One child from its launch until nothing of it is left.
///
/// Its descriptors are read and closed on the reactor's thread only; callers of any thread reach the rest under the lock.
final class ChildLife: Sendable {
  struct State {
    /// Nil once stdout has ended.
    var output: Int32?
    var errors: Int32?
    /// Nil once the guard is gone.
    var control: Int32?
    var ring = StderrRing()
    var reports = GuardReports()
    var failure: GuardReports.Report?
    var child: Int32?
    var launch: CheckedContinuation<ChildProcess, any Error>?
    var schedule = StopSchedule()
    /// What the guard reported; it counts only once the guard is gone.
    var reported: ExitStatus?
    /// The guard was killed, and what the child had started has been ended in its place.
    var isSwept = false
    var status: ExitStatus?
    var isOver = false
    var waiters: [CheckedContinuation<ExitStatus, Never>] = []
  }

  let id: UInt64
  let spec: ProcessSpec
  let events: ProcessEvents
  let input: ChildInput
  let reactor: ChildReactor
  let guardPid: Int32
  let handle: Int32
  let state: Mutex<State>
  let trace: ChildTrace?
  /// Kept alive until the guard has ended.
  private let launched: LaunchedGuard

  init(
    id: UInt64, spec: ProcessSpec, events: ProcessEvents, launched: LaunchedGuard, trace: ChildTrace?,
    reactor: ChildReactor
  ) {
    self.id = id
    self.spec = spec
    self.events = events
    self.launched = launched
    self.trace = trace
    self.reactor = reactor
    guardPid = launched.pid
    handle = launched.handle
    input = ChildInput(
      descriptor: launched.input, limit: spec.inputLimit, poller: reactor.poller,
      token: ChildReactor.Role.input.token(id))
    state = Mutex(State(output: launched.output, errors: launched.errors, control: launched.control))
  }

  /// Lets the guard start the child, and waits until the program runs or is known not to.
  func begin() async throws -> ChildProcess {
    try await withCheckedThrowingContinuation { continuation in
      state.withLock { $0.launch = continuation }
      reactor.adopt(self)
      watch(launched.errors, .errors)
      watch(launched.control, .control)
      // The guard is not yet told to go, so until here nothing has happened that could have been missed.
      watch(handle, .handle)
      let sent = scr_control_send_go(launched.control, launched.childInput)
      close(launched.childInput)
      // Without its go the guard cannot but end, and its end fails the launch.
      if sent != 0 { shutdown(launched.control, Int32(SHUT_RDWR)) }
    }
  }

  func watch(_ descriptor: Int32, _ role: ChildReactor.Role) {
    _ = scr_poller_watch(reactor.poller, descriptor, SCR_POLLER_READ, role.token(id))
  }

  // MARK: Stopping

  func stop(_ ladder: StopLadder) async -> ExitStatus {
    beginStop(ladder)
    return await withCheckedContinuation { continuation in
      let status: ExitStatus? = state.withLock { state in
        if let status = state.status { return status }
        state.waiters.append(continuation)
        return nil
      }
      if let status { continuation.resume(returning: status) }
    }
  }

  func beginStop(_ ladder: StopLadder) {
    input.finish()
    let isLiving = state.withLock { state in
      state.schedule.begin(ladder, now: .now)
      return state.status == nil
    }
    if isLiving { reactor.wake() }
  }

  var nextDeadline: ContinuousClock.Instant? {
    state.withLock { $0.control == nil ? nil : $0.schedule.next }
  }

  func takeDueSteps(now: ContinuousClock.Instant) {
    state.withLock { state in
      guard let control = state.control, let step = state.schedule.due(now: now) else { return }
      var command = UInt8(
        truncatingIfNeeded: step == .kill ? SCR_GUARD_KILL.rawValue : SCR_GUARD_TERMINATE.rawValue)
      scr_control_send(control, &command, 1)
    }
  }
}
