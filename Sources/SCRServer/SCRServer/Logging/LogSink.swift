import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Where log lines go: a descriptor that is written to directly, one whole line at a time.
package final class LogSink: Sendable {
  private let descriptor: Int32
  private let isOwned: Bool
  private let turn = Mutex(())

  /// Writes to a descriptor that belongs to somebody else.
  package init(descriptor: Int32 = 2) {
    self.descriptor = descriptor
    isOwned = false
  }

  /// Appends to a file, which is made for its owner alone if it does not exist.
  /// - Throws: ``DiskFile/Failure``.
  package init(file: String) throws(DiskFile.Failure) {
    descriptor = open(file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw DiskFile.Failure(errno: errno) }
    isOwned = true
  }

  deinit { if isOwned { close(descriptor) } }

  /// A line that cannot be written is lost: there is nowhere left to say so.
  func write(_ line: [UInt8]) {
    turn.withLock { _ in try? DiskFile.writeAll(descriptor, line) }
  }
}
