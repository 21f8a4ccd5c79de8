import SCRProtocol
import Synchronization

/// The answers to one batch (MCP 2025-03-26): they leave together, as one array, once the last is there.
final class Batch: Sendable {
  private struct State {
    var pending = 0
    var isOpen = true
    var answers: [[UInt8]] = []
  }

  private let state = Mutex(State())

  /// One of its requests will be answered later.
  func expect() { state.withLock { $0.pending += 1 } }

  /// Answers that are there at once, whole frames; empty adds none.
  func add(_ answer: [UInt8]) {
    if !answer.isEmpty { state.withLock { $0.answers.append(answer) } }
  }

  /// A later request has its answer; empty if it gets none.
  /// - Returns: the whole batch's frame if this was the last and there are answers.
  func settle(_ answer: [UInt8]) -> [UInt8]? {
    state.withLock { state in
      state.pending -= 1
      if !answer.isEmpty { state.answers.append(answer) }
      return Self.frame(state)
    }
  }

  /// All of its messages were taken.
  /// - Returns: as ``settle(_:)``.
  func close() -> [UInt8]? {
    state.withLock { state in
      state.isOpen = false
      return Self.frame(state)
    }
  }

  private static func frame(_ state: State) -> [UInt8]? {
    if state.isOpen || state.pending > 0 || state.answers.isEmpty { return nil }
    // Each answer ends in its newline.
    let members = state.answers.map { $0.dropLast() }
    return Array("[".utf8) + Array(members.joined(separator: [UInt8(ascii: ",")])) + Array("]\n".utf8)
  }
}
