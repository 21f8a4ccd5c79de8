import SCRServer

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The process's own descriptors.
package enum StandardStreams {
  /// Puts the real stdout aside and points fd 1 at stderr, so that no stray print can reach the wire.
  /// To be called before anything else writes.
  /// - Returns: the descriptor to write the protocol to; closed on exec.
  package static func takeStandardOutput() -> Int32 {
    let wire = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3)
    // Without a stdout there is nobody to answer; the writer then learns of it by its first write.
    guard wire >= 0 else { return STDOUT_FILENO }
    dup2(STDERR_FILENO, STDOUT_FILENO)
    return wire
  }

  /// The output of a command whose results go to `descriptor`.
  /// - Parameter onReaderGone: called when a result met a reader that is gone.
  package static func output(
    results descriptor: Int32, environment: [String: String], onReaderGone: @escaping @Sendable () -> Void = {}
  ) -> Output {
    let isTerminal = isatty(STDERR_FILENO) == 1 && environment["TERM"] != "dumb"
    return Output(
      isTerminal: isTerminal, showsResults: isatty(descriptor) == 1, size: { size(of: STDERR_FILENO) },
      writeResult: { bytes in
        do throws(DiskFile.Failure) { try DiskFile.writeAll(descriptor, bytes) } catch {
          if error.code != EPIPE { throw error }
          onReaderGone()
          throw ReaderGone()
        }
      }, writeNote: { try? DiskFile.writeAll(STDERR_FILENO, $0) })
  }

  package static var inputIsTerminal: Bool { isatty(STDIN_FILENO) == 1 }

  /// Everything on stdin, up to `limit` bytes; nil if there is more. Blocks its thread.
  package static func readInput(limit: Int) -> [UInt8]? {
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = read(STDIN_FILENO, &chunk, chunk.count)
      if count > 0 {
        bytes += chunk[..<count]
        if bytes.count > limit { return nil }
      } else if count == 0 || errno != EINTR {
        return bytes
      }
    }
  }

  private static func size(of descriptor: Int32) -> TerminalSize {
    var size = winsize()
    guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0 else {
      return TerminalSize()
    }
    return TerminalSize(columns: Int(size.ws_col), rows: Int(size.ws_row))
  }
}
