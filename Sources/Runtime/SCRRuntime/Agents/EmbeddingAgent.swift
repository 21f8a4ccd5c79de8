/// Gives new records their vectors, a piece at a time; nobody waits for it.
struct EmbeddingAgent: Sendable {
  let embedding: MemoryEmbedding
  let written: Bell
  let clock: any RuntimeClock
  /// Between two pieces, so that a change of the model does not take the machine.
  var pause: Duration = .milliseconds(100)
  /// Gets what an operator should know.
  var notice: @Sendable (String) -> Void = { _ in }

  /// Between two tries while the model does not answer.
  static let pauses: ClosedRange<Duration> = .seconds(1) ... .seconds(300)

  /// Runs until cancelled.
  /// - Throws: `StoreError`, `EmbeddingError`; its supervisor starts it again, after pauses that grow.
  func run(_ life: ChildContext? = nil) async throws {
    repeat {
      try await embedAll(life)
      life?.idle()
      await written.wait()
    } while !Task.isCancelled
  }

  /// What a model does not take now waits in memory, and is tried again for as long as that takes.
  private func embedAll(_ life: ChildContext?) async throws {
    var wait = Self.pauses.lowerBound
    while true {
      do {
        guard try await embedding.step() > 0 else { return }
        wait = Self.pauses.lowerBound
        life?.progress()
        try await clock.sleep(for: pause)
      } catch let error as ModelError {
        if wait == Self.pauses.lowerBound {
          notice("records of memory wait for their vectors, and are found by their words meanwhile: \(error.message)")
        }
        life?.idle()
        try await clock.sleep(for: wait)
        wait = min(wait * 2, Self.pauses.upperBound)
      }
    }
  }
}
