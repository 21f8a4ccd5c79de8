/// Formats that can be asserted, where a metaschema asks for it.
///
/// Only what has an exact and small grammar; a schema that must assert another format is refused.
enum JSONSchemaFormat: String, Sendable, CaseIterable {
  case date, time, ipv4, ipv6, uuid
  case dateTime = "date-time"
  case jsonPointer = "json-pointer"
  case regex

  func accepts(_ text: String) -> Bool {
    switch self {
    case .date: Self.isDate(text.utf8[...])
    case .time: Self.isTime(text.utf8[...])
    case .dateTime: Self.isDateTime(text.utf8[...])
    case .ipv4: Self.isIPv4(text.utf8[...])
    case .ipv6: Self.isIPv6(text)
    case .uuid: Self.isUUID(text.utf8)
    case .jsonPointer: Self.isPointer(text)
    case .regex: (try? JSONSchemaPattern(text)) != nil
    }
  }

  private typealias Bytes = Substring.UTF8View

  private static func number(_ bytes: Bytes, _ digits: Int) -> Int? {
    guard bytes.count == digits, bytes.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
    return bytes.reduce(0) { $0 * 10 + Int($1 - 0x30) }
  }

  /// RFC 3339 `full-date`.
  private static func isDate(_ bytes: Bytes) -> Bool {
    let parts = bytes.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
    guard parts.count == 3, let year = number(parts[0], 4), let month = number(parts[1], 2), 1...12 ~= month,
      let day = number(parts[2], 2)
    else { return false }
    let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    let days = month == 2 ? (isLeap ? 29 : 28) : [4, 6, 9, 11].contains(month) ? 30 : 31
    return 1...days ~= day
  }

  /// RFC 3339 `full-time`; a leap second must fall on 23:59 UTC.
  private static func isTime(_ bytes: Bytes) -> Bool {
    guard let zone = bytes.lastIndex(where: { "zZ+-".utf8.contains($0) }) else { return false }
    let halves = bytes[..<zone].split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard halves.count == 1 || (halves.count == 2 && !halves[1].isEmpty && number(halves[1], halves[1].count) != nil)
    else { return false }
    let parts = halves[0].split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
    guard parts.count == 3, let hour = number(parts[0], 2), hour < 24, let minute = number(parts[1], 2), minute < 60,
      let second = number(parts[2], 2), second <= 60, let offset = offset(bytes[zone...])
    else { return false }
    return second < 60 || (hour * 60 + minute - offset + 2880) % 1440 == 1439
  }

  /// Minutes east of UTC.
  private static func offset(_ bytes: Bytes) -> Int? {
    if bytes.count == 1 { return bytes.first.map { $0 | 0x20 == UInt8(ascii: "z") } == true ? 0 : nil }
    let parts = bytes.dropFirst().split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
    guard parts.count == 2, let hour = number(parts[0], 2), hour < 24, let minute = number(parts[1], 2), minute < 60,
      let sign = bytes.first, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-")
    else { return nil }
    return (hour * 60 + minute) * (sign == UInt8(ascii: "-") ? -1 : 1)
  }

  private static func isDateTime(_ bytes: Bytes) -> Bool {
    guard bytes.count > 11 else { return false }
    let mark = bytes.index(bytes.startIndex, offsetBy: 10)
    return bytes[mark] | 0x20 == UInt8(ascii: "t") && isDate(bytes[..<mark])
      && isTime(bytes[bytes.index(after: mark)...])
  }

  private static func isIPv4(_ bytes: Bytes) -> Bool {
    let parts = bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    return parts.count == 4
      && parts.allSatisfy { part in
        guard 1...3 ~= part.count, let value = number(part, part.count) else { return false }
        return value < 256 && (part.count == 1 || part.first != UInt8(ascii: "0"))
      }
  }

  /// RFC 4291 §2.2, without zone.
  private static func isIPv6(_ text: String) -> Bool {
    let halves = text.split(separator: "::", maxSplits: 2, omittingEmptySubsequences: false)
    guard halves.count <= 2 else { return false }
    var groups = 0
    for (place, half) in halves.enumerated() where !half.isEmpty {
      let parts = half.split(separator: ":", omittingEmptySubsequences: false)
      for (index, part) in parts.enumerated() {
        let isLast = place == halves.count - 1 && index == parts.count - 1
        if isLast, part.utf8.contains(UInt8(ascii: ".")) {
          guard isIPv4(part.utf8) else { return false }
          groups += 2
        } else {
          guard 1...4 ~= part.utf8.count, part.utf8.allSatisfy(isHex) else { return false }
          groups += 1
        }
      }
    }
    return halves.count == 2 ? groups < 8 : groups == 8
  }

  private static func isHex(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || (0x61...0x66).contains(byte | 0x20)
  }

  private static func isUUID(_ bytes: String.UTF8View) -> Bool {
    bytes.count == 36
      && bytes.enumerated().allSatisfy { [8, 13, 18, 23].contains($0) ? $1 == UInt8(ascii: "-") : isHex($1) }
  }

  private static func isPointer(_ text: String) -> Bool {
    guard text.isEmpty || text.hasPrefix("/") else { return false }
    let afterTildes = text.utf8.split(separator: UInt8(ascii: "~"), omittingEmptySubsequences: false).dropFirst()
    return afterTildes.allSatisfy { $0.first == UInt8(ascii: "0") || $0.first == UInt8(ascii: "1") }
  }
}
