/// A text that is what its bytes are. `String` takes two spellings of "é" for one text; names on a wire are two.
struct ByteText: Hashable, Sendable {
  let text: String

  static func == (left: Self, right: Self) -> Bool { left.text.hasBytes(of: right.text) }

  func hash(into hasher: inout Hasher) {
    let bytes: Void? = text.utf8.withContiguousStorageIfAvailable { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    if bytes == nil { for byte in text.utf8 { hasher.combine(byte) } }
    hasher.combine(0xFF as UInt8)
  }
}

extension String {
  @inline(__always)
  func hasBytes(of other: String) -> Bool {
    // Counting is free and tells most keys apart.
    utf8.count == other.utf8.count && utf8.elementsEqual(other.utf8)
  }
}
