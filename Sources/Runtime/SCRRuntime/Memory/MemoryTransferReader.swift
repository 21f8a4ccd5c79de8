import SCRProtocol

/// Reads an export as it comes, in pieces of any size; it keeps no more than one line.
package struct MemoryTransferReader: Sendable {
  private var line: [UInt8] = []
  private var number = 0
  private var hasBytes = false

  package init() {}

  /// - Returns: the records whose lines are whole by now, in their order.
  /// - Throws: ``MemoryTransferError`` naming the line.
  package mutating func feed(_ piece: some Collection<UInt8>) throws(MemoryTransferError) -> [MemoryRecord] {
    var records: [MemoryRecord] = []
    var rest = piece[...]
    if !rest.isEmpty { hasBytes = true }
    while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
      line += rest[..<end]
      rest = rest[rest.index(after: end)...]
      if let record = try takeLine() { records.append(record) }
    }
    line += rest
    if line.count > MemoryTransfer.lineLimit { throw Self.tooLong(number + 1) }
    return records
  }

  /// - Returns: the record of a last line without its end, if there is one.
  /// - Throws: ``MemoryTransferError`` also for what is no export at all.
  package mutating func end() throws(MemoryTransferError) -> MemoryRecord? {
    guard hasBytes else { throw MemoryTransferError(line: 1, message: "is empty") }
    return line.isEmpty ? nil : try takeLine()
  }

  /// - Returns: nil for the header and for an empty line.
  private mutating func takeLine() throws(MemoryTransferError) -> MemoryRecord? {
    number += 1
    defer { line.removeAll(keepingCapacity: true) }
    if line.isEmpty { return nil }
    if line.count > MemoryTransfer.lineLimit { throw Self.tooLong(number) }
    let json: JSONValue
    do { json = try JSONParser.parse(String(decoding: line, as: UTF8.self)) } catch {
      throw MemoryTransferError(line: number, message: "is no JSON: \(error)")
    }
    if number == 1 {
      try MemoryTransfer.check(json)
      return nil
    }
    guard let record = MemoryRecord(json: json) else {
      throw MemoryTransferError(line: number, message: "is no record of memory")
    }
    do throws(StoreError) { try MemoryLimits.check(record.address, record.content) } catch {
      throw MemoryTransferError(line: number, message: error.message)
    }
    return record
  }

  private static func tooLong(_ number: Int) -> MemoryTransferError {
    MemoryTransferError(line: number, message: "is longer than \(MemoryTransfer.lineLimit) bytes")
  }
}
