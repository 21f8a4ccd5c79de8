#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Calls of the system whose names our own methods take.
enum SocketCall {
  /// - Returns: bytes taken, or -1 and errno. A peer that is gone is EPIPE and no signal.
  static func send(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
    #if canImport(Glibc)
      Glibc.send(descriptor, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
    #else
      // SIGPIPE is ignored in the whole process.
      Darwin.send(descriptor, bytes.baseAddress, bytes.count, 0)
    #endif
  }

  static func listen(_ descriptor: Int32, _ backlog: Int32) -> Bool {
    #if canImport(Glibc)
      Glibc.listen(descriptor, backlog) == 0
    #else
      Darwin.listen(descriptor, backlog) == 0
    #endif
  }

  static func connect(_ descriptor: Int32, _ address: UnsafePointer<sockaddr>, _ size: socklen_t) -> Bool {
    #if canImport(Glibc)
      Glibc.connect(descriptor, address, size) == 0
    #else
      Darwin.connect(descriptor, address, size) == 0
    #endif
  }

  static func close(_ descriptor: Int32) {
    #if canImport(Glibc)
      Glibc.close(descriptor)
    #else
      Darwin.close(descriptor)
    #endif
  }
}
