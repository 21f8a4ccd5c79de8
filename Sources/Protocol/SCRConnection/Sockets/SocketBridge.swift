import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Copies bytes between a host's pipes and the socket of an owner, both ways at once, without a change.
///
/// Two threads with blocking calls, as for any pipe that is shared with whoever started us: what the owner does not
/// read, the host feels as a full pipe.
package final class SocketBridge: Sendable {
  package enum End: Sendable, Hashable {
    /// The host closed its side and got what was left.
    case finished
    /// The owner closed its side, or died, while the host was there, or owed it answers.
    /// - Parameter lost: which requests got no answer, in words; nil if all did.
    case ownerGone(lost: String?)
    /// The host no longer reads.
    case outputClosed
  }

  private struct State {
    var ledger = BridgeLedger()
    var hasInputEnded = false
  }

  private let socket: Int32
  private let input: Int32
  private let output: Int32
  private let state = Mutex(State())

  package init(_ link: OwnerLink, input: Int32, output: Int32) {
    socket = link.descriptor
    (self.input, self.output) = (input, output)
  }

  /// Returns when the owner's side has ended or the host no longer reads. Call it once.
  package func run() async -> End {
    WireThread.start { self.copyInput() }
    return await withCheckedContinuation { continuation in
      WireThread.start { continuation.resume(returning: self.copyOutput()) }
    }
  }

  /// As if the host had closed its side: what it asked for is answered, as far as the owner lets it finish.
  package func endInput() {
    state.withLock { $0.hasInputEnded = true }
    shutdown(socket, Self.writing)
  }

  private func copyInput() {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 16)
    defer { buffer.deallocate() }
    while true {
      let count = read(input, buffer.baseAddress, buffer.count)
      if count > 0 {
        let bytes = UnsafeRawBufferPointer(rebasing: buffer[..<count])
        state.withLock { $0.ledger.sent(bytes) }
        // The other thread sees the end.
        if !OwnerLink.sendAll(socket, bytes) { return }
      } else if count == 0 || errno != EINTR {
        return endInput()
      }
    }
  }

  private func copyOutput() -> End {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 16)
    defer { buffer.deallocate() }
    while true {
      let count = recv(socket, buffer.baseAddress, buffer.count, 0)
      if count > 0 {
        let bytes = UnsafeRawBufferPointer(rebasing: buffer[..<count])
        state.withLock { $0.ledger.received(bytes) }
        guard FrameWriter.writeAll(bytes, to: output) else {
          shutdown(socket, Self.both)
          return .outputClosed
        }
      } else if count == 0 || errno != EINTR {
        return state.withLock { state in
          let lost = state.ledger.words
          return state.hasInputEnded && lost == nil ? .finished : .ownerGone(lost: lost)
        }
      }
    }
  }

  #if canImport(Glibc)
    private static let writing = Int32(SHUT_WR)
    private static let both = Int32(SHUT_RDWR)
  #else
    private static let writing = SHUT_WR
    private static let both = SHUT_RDWR
  #endif
}
