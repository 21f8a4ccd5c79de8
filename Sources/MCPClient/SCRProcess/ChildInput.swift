import CProcessGuard
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Our end of a child's stdin: written to from any thread, never blocking.
final class ChildInput: Sendable {
  private struct State {
    /// Nil once closed.
    var descriptor: Int32?
    var queue: InputQueue
    /// Closed as soon as the queue is empty.
    var isClosing = false
    var isWatched = false
  }

  private let state: Mutex<State>
  private let poller: Int32
  private let token: UInt64

  /// - Parameter descriptor: non-blocking; closed by this object.
  init(descriptor: Int32, limit: Int, poller: Int32, token: UInt64) {
    state = Mutex(State(descriptor: descriptor, queue: InputQueue(limit: limit)))
    self.poller = poller
    self.token = token
  }

  /// Queues all of `bytes` or nothing.
  /// - Throws: ``ProcessError`` `closed` or `stalled`.
  func write(_ bytes: [UInt8]) throws {
    try state.withLock { state in
      guard state.descriptor != nil, !state.isClosing else { throw Self.closed }
      guard state.queue.hasRoom(for: bytes.count) else {
        throw ProcessError(
          .stalled,
          "the process does not read its stdin: \(state.queue.count) bytes wait and \(bytes.count) more are over the "
            + "limit of \(state.queue.limit)")
      }
      let isFirst = state.queue.isEmpty
      state.queue.append(bytes[...])
      if isFirst { pump(&state) }
      if state.descriptor == nil { throw Self.closed }
    }
  }

  /// The pipe has room again; called on the thread of the poller.
  func ready() { state.withLock { pump(&$0) } }

  /// Closes after what is queued.
  func finish() {
    state.withLock { state in
      state.isClosing = true
      pump(&state)
    }
  }

  func close() { state.withLock { shut(&$0) } }

  private static var closed: ProcessError {
    ProcessError(.closed, "the process is gone or has closed its stdin")
  }

  private func pump(_ state: inout State) {
    while let descriptor = state.descriptor, let chunk = state.queue.first {
      let count = chunk.withUnsafeBytes { send($0, descriptor) }
      if count >= 0 {
        state.queue.advance(by: count)
      } else if errno == EAGAIN {
        return watch(&state, descriptor)
      } else if errno != EINTR {
        return shut(&state)
      }
    }
    unwatch(&state)
    if state.isClosing { shut(&state) }
  }

  private func send(_ bytes: UnsafeRawBufferPointer, _ descriptor: Int32) -> Int {
    #if canImport(Glibc)
      Glibc.write(descriptor, bytes.baseAddress, bytes.count)
    #else
      Darwin.write(descriptor, bytes.baseAddress, bytes.count)
    #endif
  }

  private func watch(_ state: inout State, _ descriptor: Int32) {
    if state.isWatched { return }
    state.isWatched = scr_poller_watch(poller, descriptor, SCR_POLLER_WRITE, token) == 0
  }

  private func unwatch(_ state: inout State) {
    guard state.isWatched, let descriptor = state.descriptor else { return }
    scr_poller_forget(poller, descriptor, SCR_POLLER_WRITE)
    state.isWatched = false
  }

  private func shut(_ state: inout State) {
    guard let descriptor = state.descriptor else { return }
    unwatch(&state)
    state.descriptor = nil
    state.queue.removeAll()
    #if canImport(Glibc)
      Glibc.close(descriptor)
    #else
      Darwin.close(descriptor)
    #endif
  }
}
