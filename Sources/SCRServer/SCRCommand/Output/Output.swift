package import SCRProtocol

/// Where a command's words go: results to stdout, everything else to stderr. Injected, so that tests can read it.
package struct Output: Sendable {
  private let writeResult: @Sendable ([UInt8]) -> Void
  private let writeNote: @Sendable ([UInt8]) -> Void
  /// Whether stderr is a terminal that understands cursor movements.
  package let isTerminal: Bool
  /// Asked anew each time, since a terminal may be resized.
  package let size: @Sendable () -> TerminalSize

  package init(
    isTerminal: Bool, size: @escaping @Sendable () -> TerminalSize, writeResult: @escaping @Sendable ([UInt8]) -> Void,
    writeNote: @escaping @Sendable ([UInt8]) -> Void
  ) {
    self.isTerminal = isTerminal
    self.size = size
    self.writeResult = writeResult
    self.writeNote = writeNote
  }

  /// Text for stdout; a newline is added unless it ends with one.
  package func result(_ text: String) { writeResult(Self.line(text)) }

  /// One JSON value on a line of its own.
  package func result(_ json: JSONValue) { writeResult(json.encoded + [UInt8(ascii: "\n")]) }

  /// Text for stderr; a newline is added unless it ends with one.
  package func note(_ text: String) { writeNote(Self.line(text)) }

  /// Bytes for stderr exactly as they are: frames with cursor movements.
  package func draw(_ text: String) { writeNote(Array(text.utf8)) }

  private static func line(_ text: String) -> [UInt8] {
    Array(text.utf8) + (text.utf8.last == UInt8(ascii: "\n") ? [] : [UInt8(ascii: "\n")])
  }
}

package struct TerminalSize: Sendable, Hashable {
  package var columns: Int
  package var rows: Int

  package init(columns: Int = 80, rows: Int = 24) {
    self.columns = columns
    self.rows = rows
  }
}
