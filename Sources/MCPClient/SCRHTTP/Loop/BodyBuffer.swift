/// Bytes between the thread that receives and the task that reads. Pure.
struct BodyBuffer: Sendable {
  enum Offer: Sendable, Equatable {
    case taken
    /// Full: the same bytes must be offered again after ``take()``.
    case full
    case tooLarge
  }

  enum Take: Sendable, Equatable {
    case bytes([UInt8])
    case end
    case failed(HTTPError)
    /// Nothing yet.
    case wait
  }

  private let limits: HTTPLimits
  private var bytes: [UInt8] = []
  private var received = 0
  private var end: HTTPError??
  private(set) var isFull = false

  init(_ limits: HTTPLimits) { self.limits = limits }

  /// Whether a reader must wait.
  var isWaitedFor: Bool { bytes.isEmpty && end == nil }

  mutating func offer(_ piece: UnsafeRawBufferPointer) -> Offer {
    if piece.count > limits.body - received { return .tooLarge }
    // One piece is always taken by an empty buffer, however small the limit.
    if !bytes.isEmpty, bytes.count + piece.count > limits.buffered {
      isFull = true
      return .full
    }
    received += piece.count
    bytes.append(contentsOf: piece)
    return .taken
  }

  mutating func finish(_ error: HTTPError?) { if end == nil { end = .some(error) } }

  /// - Returns: what there is, and whether the sender waited for it to be taken.
  mutating func take() -> (Take, mustResume: Bool) {
    guard bytes.isEmpty else {
      defer {
        bytes = []
        isFull = false
      }
      return (.bytes(bytes), isFull)
    }
    switch end {
    case nil: return (.wait, false)
    case .some(nil): return (.end, false)
    case .some(let error?): return (.failed(error), false)
    }
  }
}
