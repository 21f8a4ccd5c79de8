#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Cuts a byte stream into lines. Refuses a line that grows over its limit while it still arrives; blank lines are skipped.
package struct LineFramer: Sendable {
  package enum Frame: Sendable, Hashable {
    /// One line without its newline.
    case line([UInt8])
    /// A line of `length` bytes that was thrown away; `prefix` is its beginning, `answers` the id of the
    /// request that it answers, wherever in the line that stands.
    case oversized(prefix: [UInt8], length: Int, answers: RequestID? = nil)
  }

  /// Bytes of one line, newline excluded.
  package let limit: Int
  private var probe: EnvelopeProbe?
  private var partial: [UInt8] = []
  private var discarded = 0

  private static let prefixLength = 4096

  package init(limit: Int = 16 << 20) { self.limit = limit }

  /// Takes a chunk and reports the frames that it completes, in order.
  package mutating func append(_ chunk: UnsafeRawBufferPointer, _ deliver: (Frame) -> Void) {
    guard let base = chunk.baseAddress else { return }
    var start = 0
    while start < chunk.count {
      guard let found = memchr(base + start, 0x0A, chunk.count - start) else {
        keep(chunk[start...])
        return
      }
      let end = base.distance(to: UnsafeRawPointer(found))
      finish(chunk[start..<end], deliver)
      start = end + 1
    }
  }

  /// The stream ended: an unfinished line counts as one.
  package mutating func end(_ deliver: (Frame) -> Void) {
    finish(UnsafeRawBufferPointer(start: nil, count: 0)[...], deliver)
  }

  private mutating func keep(_ rest: Slice<UnsafeRawBufferPointer>) {
    if discarded > 0 {
      discarded += rest.count
      probe?.take(rest)
    } else if partial.count + rest.count > limit {
      discarded = partial.count + rest.count
      var probe = EnvelopeProbe()
      probe.take(partial)
      probe.take(rest)
      self.probe = probe
      partial = Array(partial.prefix(Self.prefixLength))
      partial.append(contentsOf: rest.prefix(Self.prefixLength - partial.count))
    } else {
      partial.append(contentsOf: rest)
    }
  }

  private mutating func finish(_ rest: Slice<UnsafeRawBufferPointer>, _ deliver: (Frame) -> Void) {
    if discarded == 0, partial.isEmpty, rest.count <= limit {
      if !Self.isBlank(rest) { deliver(.line(Self.copy(rest))) }
      return
    }
    keep(rest)
    defer {
      partial = []
      discarded = 0
      probe = nil
    }
    if discarded > 0 {
      let answered = probe.flatMap { $0.namesMethod ? nil : $0.id }
      deliver(.oversized(prefix: partial, length: discarded, answers: answered))
    } else if !Self.isBlank(partial) {
      deliver(.line(partial))
    }
  }

  private static func copy(_ line: Slice<UnsafeRawBufferPointer>) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: line.count) { buffer, count in
      UnsafeMutableRawBufferPointer(buffer).copyMemory(from: UnsafeRawBufferPointer(rebasing: line))
      count = line.count
    }
  }

  private static func isBlank(_ line: some Sequence<UInt8>) -> Bool {
    line.allSatisfy { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }
  }
}
