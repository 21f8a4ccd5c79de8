import CProcessGuard
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

// What happens on the reactor's thread.
extension ChildLife {
  /// One child that writes without end must not keep the others waiting: it gets this many reads at a time.
  private static let readsPerTurn = 16
  /// A pipe holds at most 1 MiB unless root raised it; more cannot be left over when nobody writes any more.
  private static let readsAtEnd = 64

  func ready(_ role: ChildReactor.Role, _ buffer: UnsafeMutableRawBufferPointer) {
    switch role {
    case .wake: break
    case .input: input.ready()
    case .output: readOutput(buffer, turns: Self.readsPerTurn)
    case .errors: readErrors(buffer, turns: Self.readsPerTurn)
    case .control: readControl(buffer)
    case .handle: guardEnded(buffer)
    }
    finishIfOver(buffer)
  }

  private enum Chunk {
    case bytes(UnsafeRawBufferPointer)
    case nothingNow
    case end
  }

  private func next(_ descriptor: Int32, _ buffer: UnsafeMutableRawBufferPointer) -> Chunk {
    while true {
      let count = read(descriptor, buffer.baseAddress, buffer.count)
      if count > 0 { return .bytes(UnsafeRawBufferPointer(rebasing: buffer[..<count])) }
      if count < 0, errno == EINTR { continue }
      return count < 0 && errno == EAGAIN ? .nothingNow : .end
    }
  }

  // MARK: Streams

  private func readOutput(_ buffer: UnsafeMutableRawBufferPointer, turns: Int) {
    for _ in 0..<turns {
      guard let output = state.withLock({ $0.output }) else { return }
      switch next(output, buffer) {
      case .bytes(let chunk): events.output(chunk)
      case .nothingNow: return
      case .end: return endOutput(buffer)
      }
    }
  }

  private func endOutput(_ buffer: UnsafeMutableRawBufferPointer) {
    guard let output = state.withLock({ $0.output.take() }) else { return }
    discard(output)
    // Whoever hears of the end may ask for the reason, which was written before it.
    readErrors(buffer, turns: Self.readsAtEnd)
    events.outputEnd()
  }

  private func readErrors(_ buffer: UnsafeMutableRawBufferPointer, turns: Int) {
    for _ in 0..<turns {
      guard let errors = state.withLock({ $0.errors }) else { return }
      switch next(errors, buffer) {
      case .bytes(let chunk): state.withLock { $0.ring.append(chunk) }
      case .nothingNow: return
      case .end: return endErrors()
      }
    }
  }

  private func endErrors() {
    if let errors = state.withLock({ $0.errors.take() }) { discard(errors) }
  }

  private func discard(_ descriptor: Int32) {
    scr_poller_forget(reactor.poller, descriptor, SCR_POLLER_READ)
    close(descriptor)
  }

  // MARK: The guard

  private func readControl(_ buffer: UnsafeMutableRawBufferPointer) {
    while let control = state.withLock({ $0.control }) {
      switch next(control, buffer) {
      case .bytes(let chunk): for report in state.withLock({ $0.reports.append(chunk) }) { take(report) }
      case .nothingNow: return
      // The guard's end is told by its handle; until then the hang-up would be reported again and again.
      case .end: return scr_poller_forget(reactor.poller, control, SCR_POLLER_READ)
      }
    }
  }

  private func take(_ report: GuardReports.Report) {
    switch report {
    case .started(let pid):
      let (launch, output) = state.withLock { state in
        state.child = pid
        return (state.launch.take(), state.output)
      }
      trace?.began(child: pid)
      let child = ChildProcess(life: self, pid: pid)
      events.started(child)
      // Only now, since the child may have written before its guard could tell of the start.
      if let output { watch(output, .output) }
      launch?.resume(returning: child)
    case .noDirectory, .notExecuted: state.withLock { $0.failure = report }
    case .ended(let status): state.withLock { $0.reported = status }
    }
  }

  private func guardEnded(_ buffer: UnsafeMutableRawBufferPointer) {
    readControl(buffer)
    guard let control = state.withLock({ $0.control.take() }) else { return }
    discard(control)
    scr_process_reap(guardPid, handle)
    discard(handle)
    input.close()
    let (child, reported) = state.withLock { ($0.child, $0.reported) }
    // The guard was killed: the child died with it, what is left of its group does so now.
    if let child, reported == nil { kill(-child, SIGKILL) }
    readErrors(buffer, turns: Self.readsAtEnd)
    endErrors()
    if child != nil { readOutput(buffer, turns: Self.readsAtEnd) }
    if let trace, child != nil, reported == nil { return sweep(trace) }
    trace?.ended()
    state.withLock { $0.status = reported ?? .unknown }
  }

  /// In the place of the guard: what left the group is found by its mark.
  private func sweep(_ trace: ChildTrace) {
    trace.sweep { [self] in
      state.withLock { $0.isSwept = true }
      reactor.wake()
    }
  }

  /// Called after every turn of the reactor.
  func settle(_ buffer: UnsafeMutableRawBufferPointer) {
    let isSwept = state.withLock { state in
      defer { if state.isSwept { state.status = state.status ?? .unknown } }
      return state.isSwept
    }
    if isSwept { finishIfOver(buffer) }
  }

  /// The last act, as soon as the guard is gone and the output was taken.
  private func finishIfOver(_ buffer: UnsafeMutableRawBufferPointer) {
    let end = state.withLock { state -> (status: ExitStatus, isStarted: Bool)? in
      guard let status = state.status, !state.isOver else { return nil }
      state.isOver = true
      return (status, state.child != nil)
    }
    guard let end else { return }
    reactor.remove(self)
    if end.isStarted {
      endOutput(buffer)
      events.exit(end.status)
    } else if let output = state.withLock({ $0.output.take() }) {
      discard(output)
    }
    let (launch, failure, waiters) = state.withLock { state in
      defer { state.waiters = [] }
      return (state.launch.take(), state.failure, state.waiters)
    }
    launch?.resume(throwing: ProcessError.launch(failure, spec))
    for waiter in waiters { waiter.resume(returning: end.status) }
  }
}
