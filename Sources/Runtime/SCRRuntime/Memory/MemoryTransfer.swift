package import SCRProtocol

/// Memory as lines of JSON: a header with the version, then one record a line, oldest first or newest first alike.
/// Vectors stay behind, since a model makes them anew.
package enum MemoryTransfer {
  package static let version: Int64 = 1
  /// Bytes of a line.
  package static let lineLimit = 2 << 20

  package static func header(at moment: Timestamp) -> JSONValue {
    ["scrMemory": .integer(version), "exportedAt": .string(moment.description)]
  }

  /// Gives every record that the query leaves, page by page.
  package static func export(
    _ query: MemoryQuery, from memory: any MemoryStore, _ body: (MemoryPage) throws -> Void
  ) async throws {
    var query = query
    query.limit = MemoryQuery.limits.upperBound
    repeat {
      let page = try await memory.find(query)
      try body(page)
      query.cursor = page.nextCursor
    } while query.cursor != nil
  }

  /// Reads a whole export; nothing is written unless all of it can be read.
  /// - Throws: ``MemoryTransferError`` naming the line.
  package static func parse(_ bytes: [UInt8]) throws(MemoryTransferError) -> [MemoryRecord] {
    var reader = MemoryTransferReader()
    let records = try reader.feed(bytes)
    return try records + [reader.end()].compactMap(\.self)
  }

  static func check(_ header: JSONValue) throws(MemoryTransferError) {
    guard let found = header["scrMemory"]?.integerValue else {
      throw MemoryTransferError(line: 1, message: "is no header of an export: {\"scrMemory\": \(version), …}")
    }
    guard (1...version).contains(found) else {
      throw MemoryTransferError(
        line: 1, message: "has version \(found), and this program knows up to \(version): use the newer version of scr")
    }
  }

  /// Of two records under one address the one that was written later stays.
  /// - Returns: how many were put in, and how many stayed as they were.
  package static func `import`(
    _ records: [MemoryRecord], into memory: any MemoryStore, replacing: Bool, now: Timestamp
  ) async throws(StoreError) -> (added: Int, kept: Int) {
    var (added, kept) = (0, 0)
    var rest = records[...]
    while !rest.isEmpty {
      var writes: [MemoryWrite] = []
      for record in rest.prefix(500) {
        let old = try await memory.record(.address(record.address), now: now)
        if let old, !replacing, old.updatedAt >= record.updatedAt { kept += 1 } else { writes.append(.restore(record)) }
      }
      rest = rest.dropFirst(500)
      added += try await memory.commit(MemoryBatch(at: now, writes: writes, isFlushed: true)).records.count
    }
    return (added, kept)
  }
}

package struct MemoryTransferError: Error, Sendable, Hashable, CustomStringConvertible {
  /// From 1.
  package let line: Int
  package let message: String

  package init(line: Int, message: String) {
    self.line = line
    self.message = message
  }

  package var description: String { "line \(line) \(message)" }
}
