import CCurl

/// What the loop's thread does in one turn: begin what is new, obey orders, let libcurl work, see who is late.
struct LoopTurns: ~Copyable {
  private let loop: UnsafeMutableRawPointer
  private let options: HTTPOptions
  private var live: [UnsafeMutableRawPointer: LiveTransfer] = [:]
  private var handles: [ObjectIdentifier: UnsafeMutableRawPointer] = [:]
  /// Deadlines are looked at when the earliest of them may have passed, and not each turn.
  private var nextCheck: ContinuousClock.Instant?
  private let current = LoopTurn()
  private var now: ContinuousClock.Instant { current.now }
  private var ended = 0

  init(loop: UnsafeMutableRawPointer, options: HTTPOptions) {
    self.loop = loop
    self.options = options
  }

  /// - Returns: how many exchanges have ended.
  mutating func turn(_ arrivals: [Transfer], _ called: [Transfer]) -> Int {
    current.begin()
    defer { current.end() }
    ended = 0
    for transfer in arrivals { begin(transfer) }
    for transfer in called { obey(transfer) }
    scr_curl_loop_perform(loop)
    var result: Int32 = 0
    while let handle = scr_curl_loop_ended(loop, &result) {
      guard let entry = live[handle] else { continue }
      end(entry, entry.failure(result))
    }
    checkDeadlines()
    return ended
  }

  func wait() {
    // Without a deadline libcurl's own timers and wakes still end the wait.
    let limit = nextCheck.map { ContinuousClock.now.duration(to: $0) } ?? .seconds(60)
    let milliseconds = (limit / .milliseconds(1)).rounded(.up)
    scr_curl_loop_poll(loop, Int32(max(0, min(60_000, milliseconds))))
  }

  mutating func begin(_ transfer: Transfer) {
    let entry = LiveTransfer(transfer, in: current)
    if let error = entry.start(on: loop, options) {
      transfer.end(error)
      ended += 1
      return
    }
    guard let handle = entry.handle else { return }
    live[handle] = entry
    handles[ObjectIdentifier(transfer)] = handle
    expect(entry)
  }

  private mutating func obey(_ transfer: Transfer) {
    for order in transfer.takeOrders() {
      guard let handle = handles[ObjectIdentifier(transfer)], let entry = live[handle] else { return }
      switch order {
      case .resume:
        entry.timers.received(at: now)
        expect(entry)
        scr_curl_resume(handle)
      case .cancel: end(entry, HTTPError(.closed, "the exchange was cancelled"))
      case .linger:
        entry.linger()
        expect(entry)
        scr_curl_resume(handle)
      }
    }
  }

  private mutating func end(_ entry: LiveTransfer, _ error: HTTPError?) {
    guard let handle = entry.handle, live.removeValue(forKey: handle) != nil else { return }
    handles[ObjectIdentifier(entry.transfer)] = nil
    scr_curl_free(loop, handle)
    entry.transfer.end(error)
    ended += 1
  }

  mutating func endAll(_ error: HTTPError) { for entry in Array(live.values) { end(entry, error) } }

  // MARK: Deadlines

  private mutating func expect(_ entry: LiveTransfer) {
    let look = entry.timers.look(after: now)
    nextCheck = nextCheck.map { min($0, look) } ?? look
  }

  private mutating func checkDeadlines() {
    guard let due = nextCheck, due <= now else { return }
    nextCheck = nil
    for entry in Array(live.values) {
      if let code = entry.timers.expired(at: now) {
        end(entry, entry.timers.error(code, host: entry.transfer.request.address.authority))
      } else {
        expect(entry)
      }
    }
  }
}
