/// Swift text with comments and the contents of string literals blanked; line breaks stay, so that line numbers hold.
///
/// Not a parser: an interpolation is blanked with its literal, and a quote inside a regex literal hides the rest of its line.
enum CodeText {
  static func blanked(_ text: String) -> String {
    var scanner = Scanner(bytes: Array(text.utf8))
    while !scanner.isAtEnd { scanner.step() }
    return String(decoding: scanner.bytes, as: UTF8.self)
  }

  private struct Scanner {
    var bytes: [UInt8]
    private var at = 0

    init(bytes: [UInt8]) { self.bytes = bytes }

    var isAtEnd: Bool { at >= bytes.count }

    mutating func step() {
      if isNext("//") {
        while !isAtEnd, !isNext("\n") { blank() }
      } else if isNext("/*") {
        blankComment()
      } else if let hashes = hashesBeforeQuote {
        blankString(hashes)
      } else {
        at += 1
      }
    }

    private func isNext(_ text: StaticString, after offset: Int = 0) -> Bool {
      let count = text.utf8CodeUnitCount
      guard at + offset + count <= bytes.count else { return false }
      return (0..<count).allSatisfy { bytes[at + offset + $0] == text.utf8Start[$0] }
    }

    /// How many `#` stand before the quote that is next, or nil where no literal begins.
    private var hashesBeforeQuote: Int? {
      let hashes = hashes(after: 0)
      return isNext("\"", after: hashes) ? hashes : nil
    }

    private func hashes(after offset: Int) -> Int {
      bytes[min(at + offset, bytes.count)...].prefix { $0 == UInt8(ascii: "#") }.count
    }

    private mutating func blank(_ count: Int = 1) {
      for index in at..<min(at + count, bytes.count) where bytes[index] != UInt8(ascii: "\n") {
        bytes[index] = UInt8(ascii: " ")
      }
      at += count
    }

    private mutating func blankComment() {
      var depth = 0
      repeat {
        if isNext("/*") {
          depth += 1
          blank(2)
        } else if isNext("*/") {
          depth -= 1
          blank(2)
        } else {
          blank()
        }
      } while depth > 0 && !isAtEnd
    }

    private mutating func blankString(_ hashes: Int) {
      let isMultiline = isNext("\"\"\"", after: hashes)
      let quotes = isMultiline ? 3 : 1
      blank(hashes + quotes)
      while !isAtEnd, !isClosing(isMultiline, hashes) {
        if !isMultiline, isNext("\n") { return }
        guard isNext("\\"), self.hashes(after: 1) >= hashes else {
          blank()
          continue
        }
        if isNext("(", after: 1 + hashes) {
          blank(1 + hashes)
          blankParentheses()
        } else {
          blank(2 + hashes)
        }
      }
      blank(quotes + hashes)
    }

    private func isClosing(_ isMultiline: Bool, _ hashes: Int) -> Bool {
      let quotes = isMultiline ? 3 : 1
      return (isMultiline ? isNext("\"\"\"") : isNext("\"")) && self.hashes(after: quotes) >= hashes
    }

    private mutating func blankParentheses() {
      var depth = 0
      repeat {
        if let hashes = hashesBeforeQuote {
          blankString(hashes)
          continue
        }
        if isNext("(") { depth += 1 }
        if isNext(")") { depth -= 1 }
        blank()
      } while depth > 0 && !isAtEnd
    }
  }
}
