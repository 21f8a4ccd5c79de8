#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A thread of our own for calls that block, which the cooperative pool must never do.
package enum WireThread {
  package static func start(_ body: @escaping @Sendable () -> Void) {
    let box = Unmanaged.passRetained(Box(body: body))
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
    pthread_attr_setstacksize(&attributes, 1 << 20)
    defer { pthread_attr_destroy(&attributes) }
    #if canImport(Glibc)
      var thread = pthread_t()
      let outcome = pthread_create(&thread, &attributes, { Self.run($0) }, box.toOpaque())
    #else
      var thread: pthread_t?
      let outcome = pthread_create(&thread, &attributes, { Self.run($0) }, box.toOpaque())
    #endif
    // Without a thread the wire is dead in the water; this happens only when the process is out of resources.
    precondition(outcome == 0, "cannot start a thread (error \(outcome)): the limit of threads or memory is reached")
  }

  private final class Box: Sendable {
    let body: @Sendable () -> Void
    init(body: @escaping @Sendable () -> Void) { self.body = body }
  }

  private static func run(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    if let context { Unmanaged<Box>.fromOpaque(context).takeRetainedValue().body() }
    return nil
  }
}
