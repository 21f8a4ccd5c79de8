/// Gives new records their vectors, a piece at a time; nobody waits for it.
struct EmbeddingAgent: Sendable {
  let embedding: MemoryEmbedding
  let written: Bell
  let clock: any RuntimeClock
  /// Between two pieces, so that a change of the model does not take the machine.
  var pause: Duration = .milliseconds(100)

  /// Runs until cancelled.
  /// - Throws: what ``MemoryEmbedding/step()`` throws; its supervisor starts it again, after pauses that grow.
  func run(_ life: ChildContext? = nil) async throws {
    repeat {
      while try await embedding.step() > 0 {
        life?.progress()
        try await clock.sleep(for: pause)
      }
      life?.idle()
      await written.wait()
    } while !Task.isCancelled
  }
}
