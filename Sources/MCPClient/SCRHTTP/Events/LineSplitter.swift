#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Cuts a stream into lines, whatever pieces it comes in. A byte order mark at the beginning is dropped.
package struct LineSplitter: Sendable {
  package enum Endings: Sendable {
    /// LF, CR, or both together.
    case all
    /// LF, with a CR before it.
    case newline
  }

  private var line: [UInt8] = []
  private var lastWasReturn = false
  private var isFirstLine = true
  private let limit: Int
  private let endings: Endings

  /// - Parameter limit: bytes of one line.
  package init(limit: Int = 8 << 20, endings: Endings = .newline) {
    self.limit = limit
    self.endings = endings
  }

  /// Calls `onLine` for each line that is complete now, without its end. Most lines are slices of `bytes`, not copies.
  ///
  /// - Throws: ``StreamTooLarge``, or what `onLine` threw.
  package mutating func feed(_ bytes: [UInt8], _ onLine: (ArraySlice<UInt8>) throws -> Void) throws {
    guard !bytes.isEmpty else { return }
    // Of CR LF the line ended with the CR.
    var start = lastWasReturn && bytes[0] == 0x0A ? 1 : 0
    lastWasReturn = false
    var newline = bytes.place(of: 0x0A, from: start)
    var carriage = endings == .all ? bytes.place(of: 0x0D, from: start) : bytes.count
    while true {
      let end = min(newline, carriage)
      guard end < bytes.count else { break }
      try self.end(bytes[start..<end], onLine)
      start = end + 1
      if end == carriage {
        if start == bytes.count {
          lastWasReturn = true
        } else if bytes[start] == 0x0A {
          start += 1
        }
      }
      // Each is looked for again only behind itself, so that nothing is read over and over.
      if newline < start { newline = bytes.place(of: 0x0A, from: start) }
      if carriage < start { carriage = bytes.place(of: 0x0D, from: start) }
    }
    if start < bytes.count { try keep(bytes[start...]) }
  }

  /// What came after the last line end; a stream that ends well has nothing there.
  package var rest: ArraySlice<UInt8> { line[...] }

  private mutating func keep(_ piece: ArraySlice<UInt8>) throws {
    if piece.count > limit - line.count { throw StreamTooLarge(limit: limit) }
    line += piece
  }

  private mutating func end(_ piece: ArraySlice<UInt8>, _ onLine: (ArraySlice<UInt8>) throws -> Void) throws {
    defer { isFirstLine = false }
    if line.isEmpty, piece.count <= limit { return try onLine(trimmed(piece)) }
    try keep(piece)
    let whole = line
    line = []
    try onLine(trimmed(whole[...]))
  }

  private func trimmed(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    var line = line
    if isFirstLine, line.starts(with: [0xEF, 0xBB, 0xBF]) { line = line.dropFirst(3) }
    if endings == .newline, line.last == 0x0D { line.removeLast() }
    return line
  }
}

extension [UInt8] {
  /// Where `byte` comes next; the count of all where it does not.
  fileprivate func place(of byte: UInt8, from start: Int) -> Int {
    withUnsafeBytes { buffer in
      guard start < buffer.count, let base = buffer.baseAddress,
        let found = memchr(base + start, Int32(byte), buffer.count - start)
      else { return buffer.count }
      return UnsafeRawPointer(found) - base
    }
  }
}
