import CLocalSocket

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Wakes a thread that sits in `poll`. Rings from any thread; several before it is heard count as one.
final class SocketAlarm: Sendable {
  /// To be polled for reading.
  let descriptor: Int32
  private let bell: Int32

  /// - Throws: ``LocalSocketError`` if the system gives no descriptors.
  init() throws(LocalSocketError) {
    var ends: [Int32] = [-1, -1]
    guard scr_local_pipe(&ends) == 0 else { throw LocalSocketError(system: errno, "", doing: "make a pipe") }
    (descriptor, bell) = (ends[0], ends[1])
  }

  deinit {
    close(descriptor)
    close(bell)
  }

  func ring() {
    var byte: UInt8 = 1
    // A full pipe rings already.
    _ = write(bell, &byte, 1)
  }

  func silence() {
    var bytes: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
    while read(descriptor, &bytes, 32) > 0 {}
  }
}
