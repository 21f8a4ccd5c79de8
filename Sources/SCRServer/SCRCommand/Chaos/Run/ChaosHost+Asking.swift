import SCRProtocol
import SCRRuntime

extension ChaosHost {
  /// How long whoever asks again waits before.
  static let pause: Duration = .milliseconds(20)

  /// Asks for something that is safe to ask for twice, in whatever life of the runtime, until it says yes or no.
  /// - Parameter isEnough: an answer that need not be asked for again.
  /// - Returns: the last answer; one that is no result after ``patience``, or when the caller was cancelled.
  func ask(
    _ method: String, _ params: JSONValue,
    until isEnough: @Sendable (ChaosRuntime.Reply) -> Bool = { $0.result != nil || $0.isRefusal }
  ) async -> ChaosRuntime.Reply {
    let limit = clock.now() + Self.patience
    var reply = ChaosRuntime.Reply.gone
    while !Task.isCancelled, clock.now() < limit {
      if let current { reply = await current.request(method, params, within: Self.patience) }
      if isEnough(reply) { break }
      try? await clock.sleep(for: Self.pause)
    }
    return reply
  }
}

extension ChaosRuntime.Reply {
  /// A no that stays one.
  var isRefusal: Bool {
    if case .error(let kind, _, let isRetryable) = self { !isRetryable && !Self.passing.contains(kind) } else { false }
  }

  /// What a full disk and a stop cause.
  private static let passing = ["store_unavailable", "shutting_down", "cancelled", "internal", ""]
}
