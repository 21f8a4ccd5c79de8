import Synchronization

import CProcessGuard

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The writing end of a pipe, closed at most once.
package final class TestDescriptor: Sendable {
  private let number: Mutex<Int32?>

  package init(_ number: Int32) { self.number = Mutex(number) }

  /// Blocks until all is written; a reader that is gone is no error here.
  package func write(_ bytes: [UInt8]) {
    number.withLock { number in
      guard let number else { return }
      var rest = bytes[...]
      while !rest.isEmpty {
        #if canImport(Glibc)
          let count = rest.withUnsafeBytes { Glibc.write(number, $0.baseAddress, $0.count) }
        #else
          let count = rest.withUnsafeBytes { Darwin.write(number, $0.baseAddress, $0.count) }
        #endif
        if count < 0 { return }
        rest = rest.dropFirst(count)
      }
    }
  }

  package func close() {
    number.withLock { number in
      #if canImport(Glibc)
        if let open = number { Glibc.close(open) }
      #else
        if let open = number { Darwin.close(open) }
      #endif
      number = nil
    }
  }

  deinit { close() }
}

/// Both ends of a pipe; no child of anybody gets them.
package struct TestPipe: Sendable {
  package let read: Int32
  package let write: Int32

  package struct Failure: Error {
    package let code: Int32
  }

  package init(read: Int32, write: Int32) { (self.read, self.write) = (read, write) }

  package init() throws {
    var ends: [Int32] = [0, 0]
    // Closed on exec from its first moment: a child that another test starts meanwhile would hold an end for its life.
    guard scr_pipe(&ends) == 0 else { throw Failure(code: errno) }
    (read, write) = (ends[0], ends[1])
    // A peer that is gone shows by the write that fails.
    signal(SIGPIPE, SIG_IGN)
  }
}
