/// The last bytes that a child wrote to stderr. Bounded: older ones are overwritten.
struct StderrRing: Sendable {
  static let capacity = 64 << 10

  private var bytes: [UInt8] = []
  /// Where the oldest byte stands once the ring is full.
  private var start = 0

  var count: Int { bytes.count }

  mutating func append(_ chunk: UnsafeRawBufferPointer) {
    let chunk = UnsafeRawBufferPointer(rebasing: chunk.suffix(Self.capacity))
    let fresh = min(Self.capacity - bytes.count, chunk.count)
    bytes.append(contentsOf: chunk.prefix(fresh))
    var rest = chunk.dropFirst(fresh)
    while !rest.isEmpty {
      let run = rest.prefix(Self.capacity - start)
      bytes.withUnsafeMutableBytes { bytes in
        UnsafeMutableRawBufferPointer(rebasing: bytes[start...].prefix(run.count))
          .copyMemory(from: UnsafeRawBufferPointer(rebasing: run))
      }
      start = (start + run.count) % Self.capacity
      rest = rest.dropFirst(run.count)
    }
  }

  /// The last lines, without the newline after the last one and without control sequences. Bytes that are no UTF-8
  /// are repaired.
  func tail(lines: Int) -> String {
    var ordered = bytes[start...] + bytes[..<start]
    if ordered.last == 0x0A { ordered.removeLast() }
    var wanted = max(lines, 0)
    let cut = ordered.lastIndex { byte in
      if byte == 0x0A { wanted -= 1 }
      return wanted <= 0
    }
    let wantedLines = cut.map { ordered[ordered.index(after: $0)...] } ?? ordered
    return ChildText.cleaned(String(decoding: wantedLines, as: UTF8.self))
  }
}
