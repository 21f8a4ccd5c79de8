import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The descriptor of a link, which one side ends and the reader closes. Its number belongs to somebody else afterwards, so
/// nothing is done with it any more.
final class LinkSocket: Sendable {
  private let descriptor: Int32
  private let isOpen = Mutex(true)

  init(descriptor: Int32) { self.descriptor = descriptor }

  /// The reader sees the end of input then.
  func shutDown() {
    isOpen.withLock { isOpen in
      if isOpen { _ = shutdown(descriptor, Int32(SHUT_RDWR)) }
    }
  }

  func close() {
    isOpen.withLock { isOpen in
      if isOpen { Self.close(descriptor) }
      isOpen = false
    }
  }

  private static func close(_ descriptor: Int32) {
    #if canImport(Glibc)
      Glibc.close(descriptor)
    #else
      Darwin.close(descriptor)
    #endif
  }
}
