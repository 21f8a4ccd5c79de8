import Synchronization

/// A response while its events come in.
final class ResponseGathering: Sendable {
  private let state = Mutex(ModelResponse())
  var response: ModelResponse { state.withLock { $0 } }
  func add(_ event: ModelEvent) { state.withLock { $0.add(event) } }
}
