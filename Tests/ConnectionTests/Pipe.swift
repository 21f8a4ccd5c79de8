import SCRTestSupport

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A pipe of the operating system.
final class Pipe: Sendable {
  let reading: Int32
  let writing: Int32

  init() {
    // A peer that is gone shall be an error of `write`, as it is in the program.
    signal(SIGPIPE, SIG_IGN)
    guard let pipe = try? TestPipe() else { preconditionFailure("no pipe could be made (error \(errno))") }
    (reading, writing) = (pipe.read, pipe.write)
  }

  func closeReading() { close(reading) }
  func closeWriting() { close(writing) }

  func write(_ text: String) {
    let bytes = Array(text.utf8)
    precondition(systemWrite(writing, bytes) == bytes.count, "the pipe is full or closed")
  }

  /// Blocks until there are so many bytes, or no more come.
  func read(_ count: Int) -> [UInt8] {
    var found: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while found.count < count {
      let got = systemRead(reading, &buffer, min(buffer.count, count - found.count))
      if got <= 0 { break }
      found += buffer[..<got]
    }
    return found
  }
}

private func systemWrite(_ descriptor: Int32, _ bytes: [UInt8]) -> Int {
  #if canImport(Glibc)
    Glibc.write(descriptor, bytes, bytes.count)
  #else
    Darwin.write(descriptor, bytes, bytes.count)
  #endif
}

private func systemRead(_ descriptor: Int32, _ buffer: inout [UInt8], _ count: Int) -> Int {
  #if canImport(Glibc)
    Glibc.read(descriptor, &buffer, count)
  #else
    Darwin.read(descriptor, &buffer, count)
  #endif
}
