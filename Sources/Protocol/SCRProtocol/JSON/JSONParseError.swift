/// Why bytes are not acceptable JSON, and where.
package struct JSONParseError: Error, Sendable, Hashable, CustomStringConvertible {
  package let reason: String
  /// Byte offset from the start of the text, 0-based.
  package let offset: Int
  /// 1-based; columns count bytes.
  package let line: Int
  package let column: Int

  package init(reason: String, offset: Int, in bytes: UnsafeBufferPointer<UInt8>) {
    self.reason = reason
    self.offset = offset
    let before = bytes[..<Swift.min(offset, bytes.count)]
    line = before.reduce(1) { $1 == 0x0A ? $0 + 1 : $0 }
    column = offset - (before.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0) + 1
  }

  package var description: String { "\(reason) at line \(line), column \(column)" }
}

/// How much a JSON text may ask of us.
package struct JSONLimits: Sendable, Hashable {
  /// Arrays and objects within each other.
  package var depth: Int
  /// Keys and elements in the whole text.
  package var nodes: Int
  /// Bytes of the text. A message is bounded before, by the framer; this is for all other texts.
  package var bytes: Int

  package init(depth: Int = 128, nodes: Int = 1_000_000, bytes: Int = 256 << 20) {
    self.depth = depth
    self.nodes = nodes
    self.bytes = bytes
  }

  func check(_ text: UnsafeBufferPointer<UInt8>) throws(JSONParseError) {
    if text.count > bytes {
      throw JSONParseError(reason: "more than \(bytes) bytes", offset: bytes, in: text)
    }
  }

  package static let standard = JSONLimits()
}
