#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

struct TestSocketError: Error {
  let step: String
  let number: Int32
}

/// Sockets of TCP on 127.0.0.1.
enum TestSocket {
  static func listen() throws -> (descriptor: Int32, port: Int) {
    #if canImport(Glibc)
      let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    #else
      let descriptor = socket(AF_INET, SOCK_STREAM, 0)
    #endif
    guard descriptor >= 0 else { throw TestSocketError(step: "socket", number: errno) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let outcome = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        bind(descriptor, address, size) == 0 && sockets_listen(descriptor) == 0
          && getsockname(descriptor, address, &size) == 0
      }
    }
    guard outcome else { throw TestSocketError(step: "listen", number: errno) }
    return (descriptor, Int(UInt16(bigEndian: address.sin_port)))
  }

  private static func sockets_listen(_ descriptor: Int32) -> Int32 {
    #if canImport(Glibc)
      Glibc.listen(descriptor, 512)
    #else
      Darwin.listen(descriptor, 512)
    #endif
  }

  static func close(_ descriptor: Int32) -> Int32 {
    #if canImport(Glibc)
      Glibc.close(descriptor)
    #else
      Darwin.close(descriptor)
    #endif
  }

  /// A port on which nobody listens.
  static func unusedPort() throws -> Int {
    let (descriptor, port) = try listen()
    _ = close(descriptor)
    return port
  }
}

extension TestHTTPServer {
  /// An address where every connection is refused.
  package static func nobody() throws -> String { "http://127.0.0.1:\(try TestSocket.unusedPort())" }
}
