import SCRConnection
import SCRServer

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Stands between a server and its stdout, and passes on a few bytes at a time while a certain file exists.
struct SlowOutput: Sendable {
  /// Where the server writes.
  let input: Int32

  private static let chunk = 64 << 10
  private static let slowChunk = 97
  private static let slowPauseMicroseconds: UInt32 = 2000

  static func path(in folder: String, server: String) -> String { "\(folder)/slow.\(server)" }

  /// - Returns: nil where the system has no more pipes.
  /// - Parameter onEnd: everything is written that will ever be; called on a thread of its own.
  static func start(
    to output: Int32, slowWhile path: String, onEnd: @escaping @Sendable () -> Void
  ) -> SlowOutput? {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { return nil }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    let source = ends[0]
    WireThread.start {
      pump(from: source, to: output, slowWhile: path)
      close(source)
      onEnd()
    }
    return SlowOutput(input: ends[1])
  }

  /// The rest is written, then it ends.
  func finish() { close(input) }

  private static func pump(from source: Int32, to output: Int32, slowWhile path: String) {
    var buffer = [UInt8](repeating: 0, count: chunk)
    while true {
      let isSlow = access(path, F_OK) == 0
      let count = read(source, &buffer, isSlow ? slowChunk : chunk)
      if count < 0, errno == EINTR { continue }
      guard count > 0, (try? DiskFile.writeAll(output, Array(buffer[..<count]))) != nil else { return }
      if isSlow { usleep(slowPauseMicroseconds) }
    }
  }
}
