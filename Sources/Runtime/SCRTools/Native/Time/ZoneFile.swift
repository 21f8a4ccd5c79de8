/// A compiled time zone (TZif, RFC 8536), versions 2 to 4: its transitions, and the rule for the time after the last.
struct ZoneFile: Sendable, Hashable {
  /// Seconds since 1970 from which on the type of the same index holds.
  private let transitions: [Int]
  private let types: [Int]
  private let periods: [PosixZone.Period]
  private let rule: PosixZone?

  /// Nil for what is no such file.
  init?(_ bytes: [UInt8]) {
    var reader = ZoneFileReader(bytes)
    // The first block is in 32 bits, for readers of another age.
    guard let old = reader.header(), reader.skip(old.size(timeWidth: 4)), let header = reader.header(),
      header.typeCount > 0
    else { return nil }
    let transitions = (0..<header.timeCount).compactMap { _ in reader.integer(8) }
    let types = (0..<header.timeCount).compactMap { _ in reader.integer(1) }
    let records = (0..<header.typeCount).compactMap { _ -> (offset: Int, name: Int)? in
      guard let offset = reader.integer(4), reader.skip(1), let name = reader.integer(1) else { return nil }
      return (offset, name)
    }
    guard transitions.count == header.timeCount, types.count == header.timeCount,
      records.count == header.typeCount, let names = reader.bytes(header.nameCount),
      reader.skip(header.leapCount * 12 + header.standardCount + header.universalCount),
      let footer = reader.footer()
    else { return nil }
    let periods = records.compactMap { record -> PosixZone.Period? in
      guard names.indices.contains(record.name), abs(record.offset) < 90_000 else { return nil }
      let name = names[record.name...].prefix { $0 != 0 }
      return PosixZone.Period(abbreviation: String(decoding: name, as: UTF8.self), offset: record.offset)
    }
    guard periods.count == records.count, types.allSatisfy(periods.indices.contains),
      zip(transitions, transitions.dropFirst()).allSatisfy({ $0 < $1 })
    else { return nil }
    rule = footer.isEmpty ? nil : PosixZone(footer)
    if rule == nil, !footer.isEmpty { return nil }
    (self.transitions, self.types, self.periods) = (transitions, types, periods)
  }

  /// - Parameter seconds: since 1970.
  func period(at seconds: Int) -> PosixZone.Period {
    guard let last = transitions.last, seconds < last else { return rule?.period(at: seconds) ?? lastPeriod }
    var (low, high) = (0, transitions.count)
    while low < high {
      let middle = (low + high) / 2
      if transitions[middle] <= seconds { low = middle + 1 } else { high = middle }
    }
    // Before the first transition the first type holds (RFC 8536 §3.2).
    return low == 0 ? periods[0] : periods[types[low - 1]]
  }

  private var lastPeriod: PosixZone.Period { types.last.map { periods[$0] } ?? periods[0] }
}

/// Reads big-endian fields; nil beyond the end.
private struct ZoneFileReader {
  struct Header {
    let universalCount, standardCount, leapCount, timeCount, typeCount, nameCount: Int

    func size(timeWidth: Int) -> Int {
      timeCount * (timeWidth + 1) + typeCount * 6 + nameCount + leapCount * (timeWidth + 4) + standardCount
        + universalCount
    }
  }

  private let bytes: [UInt8]
  private var position = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  mutating func bytes(_ count: Int) -> [UInt8]? {
    guard count <= bytes.count - position else { return nil }
    defer { position += count }
    return Array(bytes[position..<(position + count)])
  }

  mutating func skip(_ count: Int) -> Bool { bytes(count) != nil }

  /// Signed, but for single bytes.
  mutating func integer(_ width: Int) -> Int? {
    guard let field = bytes(width) else { return nil }
    let value = field.reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    return width == 4 ? Int(Int32(truncatingIfNeeded: value)) : Int(Int64(bitPattern: value))
  }

  mutating func header() -> Header? {
    guard bytes(4) == Array("TZif".utf8), let version = bytes(1)?.first, version >= UInt8(ascii: "2"), skip(15) else {
      return nil
    }
    let counts = (0..<6).compactMap { _ in integer(4) }
    // A real file has some hundred of each; the bound keeps a forged one from costing anything.
    guard counts.count == 6, counts.allSatisfy((0...10_000).contains) else { return nil }
    return Header(
      universalCount: counts[0], standardCount: counts[1], leapCount: counts[2], timeCount: counts[3],
      typeCount: counts[4], nameCount: counts[5])
  }

  mutating func footer() -> String? {
    guard bytes(1) == [0x0A], let end = bytes[position...].firstIndex(of: 0x0A) else { return nil }
    return String(validating: bytes[position..<end], as: UTF8.self)
  }
}
