package import SCRProtocol
import Synchronization

/// Where a command's words go: results to stdout, everything else to stderr. Injected, so that tests can read it.
package struct Output: Sendable {
  private let writeResult: @Sendable ([UInt8]) throws -> Void
  private let writeNote: @Sendable ([UInt8]) -> Void
  private let loss = Loss()
  /// Whether stderr is a terminal that understands cursor movements.
  package let isTerminal: Bool
  /// Whether stdout is a terminal; elsewhere results stay as they are, byte by byte.
  private let showsResults: Bool
  /// Asked anew each time, since a terminal may be resized.
  package let size: @Sendable () -> TerminalSize

  package init(
    isTerminal: Bool, showsResults: Bool = false, size: @escaping @Sendable () -> TerminalSize,
    writeResult: @escaping @Sendable ([UInt8]) throws -> Void, writeNote: @escaping @Sendable ([UInt8]) -> Void
  ) {
    self.isTerminal = isTerminal
    self.showsResults = showsResults
    self.size = size
    self.writeResult = writeResult
    self.writeNote = writeNote
  }

  /// Text for stdout; a newline is added unless it ends with one.
  package func result(_ text: String) { write(Self.line(showsResults ? TerminalText.cleanLines(text) : text)) }

  /// One JSON value on a line of its own.
  package func result(_ json: JSONValue) {
    if showsResults { result(json.jsonText) } else { write(json.encoded + [UInt8(ascii: "\n")]) }
  }

  /// A piece of a text for stdout, without anything added.
  package func piece(_ text: String) { write(Array((showsResults ? TerminalText.cleanLines(text) : text).utf8)) }

  /// Text for stderr, without control characters; a newline is added unless it ends with one.
  package func note(_ text: String) { writeNote(Self.line(TerminalText.cleanLines(text))) }

  /// Whether whoever read stdout has gone: what is written to it leads nowhere.
  package var isReaderGone: Bool { loss.isReaderGone.load(ordering: .acquiring) }

  /// Why a result did not reach stdout; nil while all did.
  package var lostResult: String? { loss.reason.withLock { $0 } }

  /// Bytes for stderr exactly as they are: frames with cursor movements.
  package func draw(_ text: String) { writeNote(Array(text.utf8)) }

  private func write(_ bytes: [UInt8]) {
    if isReaderGone { return }
    do { try writeResult(bytes) } catch is ReaderGone {
      loss.isReaderGone.store(true, ordering: .releasing)
    } catch { loss.reason.withLock { $0 = $0 ?? "\(error)" } }
  }

  private final class Loss: Sendable {
    let reason = Mutex<String?>(nil)
    let isReaderGone = Atomic<Bool>(false)
  }

  private static func line(_ text: String) -> [UInt8] {
    Array(text.utf8) + (text.utf8.last == UInt8(ascii: "\n") ? [] : [UInt8(ascii: "\n")])
  }
}

/// Nobody reads stdout any more, as behind `| head -1`.
package struct ReaderGone: Error {
  package init() {}
}

package struct TerminalSize: Sendable, Hashable {
  package var columns: Int
  package var rows: Int

  package init(columns: Int = 80, rows: Int = 24) {
    self.columns = columns
    self.rows = rows
  }
}
