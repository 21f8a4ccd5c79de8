import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Reads a descriptor with blocking reads on one thread and feeds a connection. Never makes a descriptor non-blocking,
/// since stdin and stdout are shared with whoever started us.
package enum StdioTransport {
  /// Starts the reader.
  /// - Parameter onEnd: called on the reader's thread when the input has ended, after the connection knows of it.
  package static func start(
    _ connection: Connection, input: Int32, chunkSize: Int = 1 << 16, onEnd: @escaping @Sendable () -> Void
  ) {
    WireThread.start {
      let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: chunkSize, alignment: 16)
      defer { buffer.deallocate() }
      while true {
        let count = read(input, buffer.baseAddress, buffer.count)
        if count > 0 {
          connection.receive(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
          connection.waitForRoom()
        } else if count == 0 || errno != EINTR {
          break
        }
      }
      connection.endOfInput()
      onEnd()
    }
  }
}
