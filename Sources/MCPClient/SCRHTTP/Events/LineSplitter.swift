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

  /// Calls `onLine` for each line that is complete now, without its end.
  ///
  /// - Throws: ``StreamTooLarge``, or what `onLine` threw.
  package mutating func feed(_ bytes: [UInt8], _ onLine: (ArraySlice<UInt8>) throws -> Void) throws {
    var start = 0
    for place in bytes.indices {
      let byte = bytes[place]
      if byte == 0x0A {
        // Of CR LF the line ended with the CR.
        if !(lastWasReturn && place == start) { try end(bytes[start..<place], onLine) }
        lastWasReturn = false
        start = place + 1
      } else if byte == 0x0D, endings == .all {
        try end(bytes[start..<place], onLine)
        lastWasReturn = true
        start = place + 1
      }
    }
    if start < bytes.count {
      try keep(bytes[start...])
      lastWasReturn = false
    }
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
