/// Tells a row that a damaged disk or a careless hand changed. No secret is in it: it is no protection from an attacker.
enum RowChecksum {
  /// Over the columns' kinds, lengths and bytes, eight at a time.
  /// - Parameter row: its name, so that columns of another row do not pass for its own.
  static func of(_ values: some Sequence<ColumnValue>, of row: String? = nil) -> Int64 {
    var sum: UInt64 = 0x9E37_79B9_7F4A_7C15
    if var row { row.withUTF8 { mix(&sum, $0) } }
    for value in values {
      switch value {
      case .null: mix(&sum, 1)
      case .integer(let number):
        mix(&sum, 2)
        mix(&sum, UInt64(bitPattern: number))
      case .text(var text): text.withUTF8 { mix(&sum, $0) }
      case .utf8(let bytes), .blob(let bytes): bytes.withUnsafeBufferPointer { mix(&sum, $0) }
      }
    }
    return Int64(bitPattern: sum)
  }

  private static func mix(_ sum: inout UInt64, _ word: UInt64) {
    let product = (sum ^ word).multipliedFullWidth(by: 0xA076_1D64_78BD_642F)
    sum = product.high ^ product.low &+ 0xE703_7ED1_A0B4_28DB
  }

  private static func mix(_ sum: inout UInt64, _ bytes: UnsafeBufferPointer<UInt8>) {
    mix(&sum, 4)
    mix(&sum, UInt64(bytes.count))
    let raw = UnsafeRawBufferPointer(bytes)
    let whole = raw.count & ~7
    for offset in stride(from: 0, to: whole, by: 8) {
      mix(&sum, UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: offset, as: UInt64.self)))
    }
    var rest: UInt64 = 0
    for (place, byte) in raw[whole...].enumerated() { rest |= UInt64(byte) << (8 * UInt64(place)) }
    if raw.count > whole { mix(&sum, rest) }
  }
}
