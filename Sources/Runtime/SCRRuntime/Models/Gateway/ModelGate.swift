import Synchronization

/// Lets only so many requests go to a provider at the same time; the others wait in order.
final class ModelGate: Sendable {
  private struct State {
    var free: Int
    var nextID = 0
    var waiting: [(id: Int, continuation: CheckedContinuation<Bool, Never>)] = []
  }

  private let limit: Int
  private let mostWaiting: Int
  private let state: Mutex<State>

  init(limit: Int, mostWaiting: Int = 1024) {
    self.limit = limit
    self.mostWaiting = mostWaiting
    state = Mutex(State(free: limit))
  }

  /// - Throws: ``ModelError`` `busy` if too many wait already, `CancellationError`, or what `work` throws.
  func pass<Value>(_ provider: String, _ work: () async throws -> Value) async throws -> Value {
    try await enter(provider)
    defer { leave() }
    return try await work()
  }

  private func enter(_ provider: String) async throws {
    try Task.checkCancellation()
    let id = state.withLock { state in
      state.nextID += 1
      return state.nextID
    }
    var isFull = false
    let isIn = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let answer = state.withLock { state -> Bool? in
          if Task.isCancelled { return false }
          if state.free > 0 {
            state.free -= 1
            return true
          }
          if state.waiting.count >= mostWaiting {
            isFull = true
            return false
          }
          state.waiting.append((id, continuation))
          return nil
        }
        if let answer { continuation.resume(returning: answer) }
      }
    } onCancel: {
      let waiter = state.withLock { state in
        state.waiting.firstIndex { $0.id == id }.map { state.waiting.remove(at: $0).continuation }
      }
      waiter?.resume(returning: false)
    }
    if isFull {
      throw ModelError(
        .busy, "\(mostWaiting) requests wait for \(provider) already",
        hint: "raise models.providers.\(provider).maxConcurrent (now \(limit))", provider: provider)
    }
    if !isIn { throw CancellationError() }
  }

  private func leave() {
    let next = state.withLock { state -> CheckedContinuation<Bool, Never>? in
      if state.waiting.isEmpty {
        state.free += 1
        return nil
      }
      return state.waiting.removeFirst().continuation
    }
    next?.resume(returning: true)
  }
}
