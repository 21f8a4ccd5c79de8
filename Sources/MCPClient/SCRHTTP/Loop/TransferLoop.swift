import CCurl
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The one thread on which libcurl lives. It starts with the first exchange and ends with the client.
final class TransferLoop: Sendable {
  fileprivate struct State {
    var arrivals: [Transfer] = []
    /// Those with orders.
    var called: [Transfer] = []
    var count = 0
    var isRunning = false
    var isStopping = false
    /// libcurl's loop, as long as it may be woken.
    var handle: Handle?
  }

  /// Waking is the one thing that libcurl allows from every thread.
  fileprivate struct Handle: @unchecked Sendable {
    let pointer: UnsafeMutableRawPointer
  }

  private let options: HTTPOptions
  private let state = Mutex(State())

  init(_ options: HTTPOptions) { self.options = options }

  /// - Throws: ``HTTPError`` `too_many` at the limit, `closed` after ``stop()``.
  func begin(_ request: HTTPRequest) throws(HTTPError) -> Transfer {
    let transfer = Transfer(request) { [weak self] transfer in self?.call(transfer) }
    let (problem, mustStart) = state.withLock { state -> (HTTPError?, Bool) in
      if state.isStopping { return (HTTPError(.closed, "the HTTP client was closed"), false) }
      guard state.count < options.mostExchanges else {
        return (HTTPError(.tooMany, "\(options.mostExchanges) exchanges are under way, which is the limit"), false)
      }
      state.count += 1
      state.arrivals.append(transfer)
      state.wake()
      defer { state.isRunning = true }
      return (nil, !state.isRunning)
    }
    if let problem { throw problem }
    if mustStart { HTTPThread.start { [self] in run() } }
    return transfer
  }

  /// Ends all exchanges as `closed`, and the thread.
  func stop() {
    state.withLock { state in
      state.isStopping = true
      state.wake()
    }
  }

  private func call(_ transfer: Transfer) {
    state.withLock { state in
      state.called.append(transfer)
      state.wake()
    }
  }

  // MARK: The thread

  private func run() {
    // What a server that is gone costs must be an error and not our life.
    signal(SIGPIPE, SIG_IGN)
    guard scr_curl_load() == 0,
      let pointer = scr_curl_loop_new(Int(options.mostExchanges), Int(options.idleConnections))
    else {
      refuseAll()
      return
    }
    let isWanted = state.withLock { state in
      state.handle = Handle(pointer: pointer)
      return !state.isStopping
    }
    var turns = LoopTurns(loop: pointer, options: options)
    while isWanted, serve(&turns) {}
    let late = state.withLock { state in
      state.handle = nil
      state.isStopping = true
      defer { state.arrivals = [] }
      return state.arrivals
    }
    let closed = HTTPError(.closed, "the HTTP client was closed")
    for transfer in late { transfer.end(closed) }
    turns.endAll(closed)
    scr_curl_loop_free(pointer)
  }

  /// One turn. False when the client is gone.
  private func serve(_ turns: inout LoopTurns) -> Bool {
    let (arrivals, called, isStopping) = state.withLock { state in
      defer {
        state.arrivals = []
        state.called = []
      }
      return (state.arrivals, state.called, state.isStopping)
    }
    if isStopping {
      for transfer in arrivals { turns.begin(transfer) }
      return false
    }
    let ended = turns.turn(arrivals, called)
    if ended > 0 { state.withLock { $0.count -= ended } }
    turns.wait()
    return true
  }

  /// Without the library there is no thread to keep: the next exchange tries again.
  private func refuseAll() {
    let reason = scr_curl_load_failure().map { String(cString: $0) } ?? "libcurl gives no loop"
    let refused = state.withLock { state in
      defer {
        state.count -= state.arrivals.count
        state.arrivals = []
        state.called = []
        state.isRunning = false
      }
      return state.arrivals
    }
    for transfer in refused { transfer.end(HTTPError(.noLibrary, "HTTP cannot be spoken: \(reason)")) }
  }
}

extension TransferLoop.State {
  fileprivate func wake() { if let handle { scr_curl_loop_wake(handle.pointer) } }
}
