import SCRProtocol
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The only place that writes to a wire descriptor. Blocking writes of whole frames: by the reader itself when its
/// input is used up, otherwise by one thread that starts with the first frame from elsewhere.
package final class FrameWriter: FrameSink {
  private struct State {
    var pending: [UInt8] = []
    var isWriting = false
    var isClosed = false
    var hasThread = false
    var mustWake = false
    var waiters: [CheckedContinuation<Void, Never>] = []
  }

  /// Unwritten bytes above which ``waitForRoom()`` waits and the reader reads no further.
  private let highWater: Int
  private let descriptor: Int32
  private let monitor = Monitor(State())
  private let onClosed: @Sendable () -> Void

  /// - Parameter onClosed: called once when the peer no longer reads (EPIPE or another failure of `write`).
  package init(descriptor: Int32, highWater: Int = 8 << 20, onClosed: @escaping @Sendable () -> Void) {
    self.descriptor = descriptor
    self.highWater = highWater
    self.onClosed = onClosed
  }

  @discardableResult
  package func send(_ frames: [UInt8], inline: Bool) -> Bool {
    let (isOpen, startThread) = monitor.withLock { state in
      if state.isClosed { return (false, false) }
      if state.pending.isEmpty { state.pending = frames } else { state.pending.append(contentsOf: frames) }
      if inline { return (true, false) }
      state.mustWake = true
      defer { state.hasThread = true }
      return (true, !state.hasThread)
    }
    if startThread { WireThread.start { self.writeLoop() } }
    if !inline { monitor.signal() }
    return isOpen
  }

  package func flush() {
    while let bytes = monitor.withLock({ Self.take(&$0) }) { write(bytes) }
    monitor.waitFor { [highWater] state in state.pending.count < highWater || state.isClosed ? () : nil }
  }

  package var hasRoom: Bool {
    monitor.withLock { [highWater] state in state.pending.count < highWater || state.isClosed }
  }

  package func waitForRoom() async {
    await withCheckedContinuation { continuation in
      let isFree = monitor.withLock { state in
        if state.pending.count < highWater || state.isClosed { return true }
        state.waiters.append(continuation)
        return false
      }
      if isFree { continuation.resume() }
    }
  }

  /// Blocks until everything queued so far has left or the peer is gone.
  package func drain() {
    while let bytes = monitor.withLock({ Self.take(&$0) }) { write(bytes) }
    monitor.waitFor { state in (state.pending.isEmpty && !state.isWriting) || state.isClosed ? () : nil }
  }

  private func writeLoop() {
    while true {
      let bytes = monitor.waitFor { state -> [UInt8]? in
        if state.isClosed { return [] }
        guard state.mustWake else { return nil }
        if state.pending.isEmpty {
          state.mustWake = false
          return nil
        }
        return Self.take(&state)
      }
      if bytes.isEmpty { return }
      write(bytes)
    }
  }

  private static func take(_ state: inout State) -> [UInt8]? {
    if state.isWriting || state.pending.isEmpty || state.isClosed { return nil }
    state.isWriting = true
    defer { state.pending = [] }
    return state.pending
  }

  private func write(_ bytes: [UInt8]) {
    let succeeded = bytes.withUnsafeBytes { Self.writeAll($0, to: descriptor) }
    let (waiters, justClosed) = monitor.withLock { state in
      state.isWriting = false
      let justClosed = !succeeded && !state.isClosed
      if justClosed {
        state.isClosed = true
        state.pending = []
      }
      defer { state.waiters = [] }
      return (state.waiters, justClosed)
    }
    monitor.signal()
    for waiter in waiters { waiter.resume() }
    if justClosed { onClosed() }
  }

  /// Blocks until all is written.
  /// - Returns: false if nobody reads any more.
  static func writeAll(_ buffer: UnsafeRawBufferPointer, to descriptor: Int32) -> Bool {
    var offset = 0
    while offset < buffer.count {
      #if canImport(Glibc)
        let written = Glibc.write(descriptor, buffer.baseAddress! + offset, buffer.count - offset)
      #else
        let written = Darwin.write(descriptor, buffer.baseAddress! + offset, buffer.count - offset)
      #endif
      if written > 0 {
        offset += written
      } else if errno == EAGAIN {
        var poller = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        poll(&poller, 1, -1)
      } else if errno != EINTR {
        return false
      }
    }
    return true
  }
}
