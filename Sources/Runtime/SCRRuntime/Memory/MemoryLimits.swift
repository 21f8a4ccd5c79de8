package import SCRProtocol

/// What one record may take.
package enum MemoryLimits {
  /// Bytes of the text, and of the value as JSON.
  package static let textBytes = 256 << 10
  package static let valueBytes = 256 << 10
  package static let keyBytes = 512
  package static let tags = 32
  /// Bytes of a tag, a namespace and a kind.
  package static let nameBytes = 128
  /// What a record takes beside its texts.
  static let overhead = 128
  /// Records of one batch.
  package static let batch = 1000

  /// - Throws: `StoreError` `.tooLarge` or `.badText`, naming what is wrong.
  package static func check(_ address: MemoryAddress, _ content: MemoryContent) throws(StoreError) {
    try name(address.namespace, "namespace")
    try name(address.kind.rawValue, "kind")
    try text(address.key, "key", keyBytes)
    if address.key.isEmpty { throw StoreError(.badText, "a record's key cannot be empty: leave it out or name one") }
    try text(content.text, "text", textBytes)
    for tag in content.tags {
      try text(tag, "tag", nameBytes)
      if tag.isEmpty { throw StoreError(.badText, "a tag cannot be empty: leave it out") }
    }
    let provenance = content.provenance
    for word in [provenance.taskID?.text, provenance.stepID, provenance.agent, provenance.tool, provenance.server] {
      if let word { try text(word, "provenance", keyBytes) }
    }
    if content.tags.count > tags { throw tooLarge("\(content.tags.count) tags", "\(tags)") }
    if let size = content.value?.encoded.count, size > valueBytes {
      throw tooLarge("a value of \(size) bytes", "\(valueBytes)")
    }
  }

  private static func name(_ name: String, _ what: String) throws(StoreError) {
    let isGood = !name.isEmpty && name.utf8.count <= nameBytes && name.utf8.allSatisfy(isNameByte)
    if !isGood {
      throw StoreError(
        .badText,
        "\"\(name.prefix(100))\" is no \(what): write letters, digits, dots, dashes and underscores, \(nameBytes) at most"
      )
    }
  }

  private static func isNameByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"):
      true
    default: false
    }
  }

  private static func text(_ text: String, _ what: String, _ limit: Int) throws(StoreError) {
    if text.utf8.count > limit { throw tooLarge("a \(what) of \(text.utf8.count) bytes", "\(limit)") }
    if text.utf8.contains(0) {
      throw StoreError(.badText, "the \(what) holds the character U+0000, which cannot be stored: remove it")
    }
  }

  private static func tooLarge(_ what: String, _ limit: String) -> StoreError {
    StoreError(.tooLarge, "\(what) is more than memory keeps (\(limit)): keep the whole elsewhere and name the place")
  }
}

extension MemoryRecord {
  /// Bytes that it counts for in its namespace's quota.
  package var size: Int { Self.size(address, content) }

  package static func size(_ address: MemoryAddress, _ content: MemoryContent) -> Int {
    content.text.utf8.count + (content.value?.encoded.count ?? 0) + address.key.utf8.count
      + content.tags.reduce(0) { $0 + $1.utf8.count } + MemoryLimits.overhead
  }
}

/// What one namespace may hold. At the limit the unpinned records that were written longest ago go first.
package struct MemoryQuota: Sendable, Hashable {
  package var records: Int
  package var bytes: Int

  package init(records: Int = 100_000, bytes: Int = 256 << 20) {
    self.records = records
    self.bytes = bytes
  }
}

/// What a namespace holds, and what its quota drove out since it began.
package struct MemoryUsage: Sendable, Hashable {
  package var namespace: String
  package var records: Int
  package var bytes: Int
  package var evicted: Int
  package var evictedBytes: Int

  package init(namespace: String, records: Int = 0, bytes: Int = 0, evicted: Int = 0, evictedBytes: Int = 0) {
    self.namespace = namespace
    self.records = records
    self.bytes = bytes
    self.evicted = evicted
    self.evictedBytes = evictedBytes
  }

  package func isOver(_ quota: MemoryQuota) -> Bool { records > quota.records || bytes > quota.bytes }

  /// `{namespace, records, bytes, evicted, evictedBytes}`.
  package var json: JSONValue {
    [
      "namespace": .string(namespace), "records": JSONValue(records), "bytes": JSONValue(bytes),
      "evicted": JSONValue(evicted), "evictedBytes": JSONValue(evictedBytes),
    ]
  }
}
