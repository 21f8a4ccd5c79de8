/// The deadlines of one exchange, but for that of the connection. Pure: takes `now`.
struct TransferTimers: Sendable, Equatable {
  enum Phase: Sendable, Equatable {
    case waiting
    case receiving(since: ContinuousClock.Instant)
    /// The reader takes nothing, or nobody reads any more.
    case resting
    /// The reader has all it wants; the rest of the body may come until then, so that the connection can be used again.
    case lingering(until: ContinuousClock.Instant)
  }

  private let timeouts: HTTPTimeouts
  private let start: ContinuousClock.Instant
  private(set) var phase = Phase.waiting

  init(_ timeouts: HTTPTimeouts, start: ContinuousClock.Instant) {
    self.timeouts = timeouts
    self.start = start
  }

  /// How long, and how many bytes, an answer may go on after its reader has left.
  static let lingerTime: Duration = .milliseconds(250)
  static let lingerBytes = 64 << 10

  mutating func received(at now: ContinuousClock.Instant) {
    if case .lingering = phase { return }
    phase = .receiving(since: now)
  }

  mutating func paused() { phase = .resting }
  mutating func linger(from now: ContinuousClock.Instant) { phase = .lingering(until: now + Self.lingerTime) }

  private var total: ContinuousClock.Instant { start + timeouts.total }

  private var next: (moment: ContinuousClock.Instant, code: HTTPError.Code)? {
    switch phase {
    case .waiting: (start + timeouts.firstByte, .firstByteTimeout)
    case .receiving(let last): (last + timeouts.idle, .idleTimeout)
    case .resting: nil
    case .lingering(let end): (end, .closed)
    }
  }

  var deadline: ContinuousClock.Instant { min(total, next?.moment ?? total) }

  /// When to look again: also in time for a silence that may begin after `now`.
  func look(after now: ContinuousClock.Instant) -> ContinuousClock.Instant { min(deadline, now + timeouts.idle) }

  /// What is over by `now`.
  func expired(at now: ContinuousClock.Instant) -> HTTPError.Code? {
    if let next, next.moment <= now, next.moment <= total { return next.code }
    return total <= now ? .totalTimeout : nil
  }

  func error(_ code: HTTPError.Code, host: String) -> HTTPError {
    switch code {
    case .firstByteTimeout: HTTPError(code, "\(host) did not begin its answer within \(timeouts.firstByte)")
    case .idleTimeout: HTTPError(code, "\(host) sent nothing for \(timeouts.idle) in the middle of its answer")
    case .totalTimeout: HTTPError(code, "the answer of \(host) did not end within \(timeouts.total)")
    default: HTTPError(code, "the exchange with \(host) was ended")
    }
  }
}
