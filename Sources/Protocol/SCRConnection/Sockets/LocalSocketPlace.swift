import CLocalSocket

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Where a socket of this machine lies: a name in a directory.
///
/// An address holds about a hundred bytes. A longer path is reached through a descriptor of its directory
/// (`/proc/self/fd/N/name`), which changes no working directory and leaves nothing behind; where there is no such file
/// system, the path is refused.
package struct LocalSocketPlace: Sendable, Hashable {
  package let directory: String
  package let name: String

  package init(directory: String, name: String = "scr.sock") {
    self.directory = directory
    self.name = name
  }

  package var path: String { "\(directory)/\(name)" }

  /// Connects to who listens there.
  ///
  /// - Parameter patience: for a listener whose queue is full; blocks that long at most.
  /// - Returns: a descriptor that blocks; the caller closes it.
  /// - Throws: ``LocalSocketError``; `.absent` if nobody listens.
  func connect(patience: Duration) throws(LocalSocketError) -> Int32 {
    let made = scr_local_socket()
    guard made >= 0 else { throw LocalSocketError(system: errno, path, doing: "make a socket for") }
    Self.limit(made, SO_SNDTIMEO, patience)
    let failure: Int32
    do throws(LocalSocketError) {
      failure = try withAddress { address, size in
        SocketCall.connect(made, address, size) ? 0 : errno
      }
    } catch {
      close(made)
      throw error
    }
    if failure != 0 {
      close(made)
      throw LocalSocketError(system: failure, path, doing: "connect to")
    }
    Self.limit(made, SO_SNDTIMEO, .zero)
    return made
  }

  /// - Parameter time: how long a call may block; zero is for ever.
  static func limit(_ socket: Int32, _ option: Int32, _ time: Duration) {
    let (seconds, attoseconds) = time.components
    var value = timeval()
    value.tv_sec = numericCast(seconds)
    value.tv_usec = numericCast(attoseconds / 1_000_000_000_000)
    setsockopt(socket, SOL_SOCKET, option, &value, socklen_t(MemoryLayout<timeval>.size))
  }

  /// - Throws: ``LocalSocketError`` where the path is too long and cannot be shortened.
  func withAddress<Result>(
    _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
  ) throws(LocalSocketError) -> Result {
    if let address = Self.address(path) { return Self.call(address, body) }
    #if os(Linux)
      let folder = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
      guard folder >= 0 else { throw LocalSocketError(system: errno, directory, doing: "open") }
      defer { close(folder) }
      if let address = Self.address("/proc/self/fd/\(folder)/\(name)") { return Self.call(address, body) }
    #endif
    throw LocalSocketError(
      .tooLong, "the path \(path) is too long for a socket: name a state directory with a shorter path")
  }

  private static func call<Result>(
    _ address: sockaddr_un, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
  ) -> Result {
    withUnsafePointer(to: address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
  }

  /// Nil if the path does not fit with the zero behind it.
  static func address(_ path: String) -> sockaddr_un? {
    var address = sockaddr_un()
    let bytes = Array(path.utf8)
    guard bytes.count < MemoryLayout.size(ofValue: address.sun_path) else { return nil }
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
    return address
  }
}
