import Glibc
import Synchronization

/// The writing end of a pipe, closed at most once.
final class Descriptor: Sendable {
  private let number: Mutex<Int32?>

  init(_ number: Int32) { self.number = Mutex(number) }

  /// Blocks until all is written; a reader that is gone is no error here.
  func write(_ bytes: [UInt8]) {
    number.withLock { number in
      guard let number else { return }
      var rest = bytes[...]
      while !rest.isEmpty {
        let count = rest.withUnsafeBytes { Glibc.write(number, $0.baseAddress, $0.count) }
        if count < 0 { return }
        rest = rest.dropFirst(count)
      }
    }
  }

  func close() {
    number.withLock { number in
      if let open = number { Glibc.close(open) }
      number = nil
    }
  }

  deinit { close() }
}

/// A thread for reads that block.
enum TestThread {
  static func start(_ body: @escaping @Sendable () -> Void) {
    var thread = pthread_t()
    let box = Unmanaged.passRetained(Box(body: body))
    pthread_create(
      &thread, nil,
      { context in
        if let context { Unmanaged<Box>.fromOpaque(context).takeRetainedValue().body() }
        return nil
      }, box.toOpaque())
    pthread_detach(thread)
  }

  private final class Box: Sendable {
    let body: @Sendable () -> Void
    init(body: @escaping @Sendable () -> Void) { self.body = body }
  }
}
