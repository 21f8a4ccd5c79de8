import Logging
import SCRProtocol
import SCRRuntime

/// One line of the log as bytes, newline included, at most ``limit`` long.
package struct LogLine: Sendable {
  /// Bytes. A longer line is cut and says so: no message may fill a disk or a pipe.
  package static let limit = 8 << 10

  let time: Timestamp
  let level: Logger.Level
  let label: String
  let message: String
  /// By name.
  let metadata: [(key: String, value: String)]

  /// `2026-11-23T20:34:25.125Z warning scr.tools: message key=value`; control characters become escapes, so that a
  /// message cannot forge a line.
  var text: [UInt8] {
    let pairs = metadata.map { " \($0.key)=\(Self.quoted($0.value))" }.joined()
    let head = "\(time) \(level.rawValue) \(label): "
    return Self.bounded(Array((head + Self.escaped(message) + Self.escaped(pairs)).utf8))
  }

  /// `{"time":…,"level":…,"logger":…,"message":…,"metadata":{…}}`. The members are cut before they are written, so
  /// that a long line stays JSON.
  var json: [UInt8] {
    var object: JSONObject = [
      "time": .string(time.description), "level": .string(level.rawValue), "logger": .string(label),
      "message": .string(Self.cut(message, to: Self.limit / 4)),
    ]
    if !metadata.isEmpty {
      let room = max(16, Self.limit / 4 / metadata.count)
      object["metadata"] = .object(
        JSONObject(metadata.map { JSONField(key: $0.key, value: .string(Self.cut($0.value, to: room))) }))
    }
    let bytes = JSONValue.object(object).encoded
    if bytes.count < Self.limit { return bytes + [0x0A] }
    // Escapes can make a text six times as long, and names count too.
    object["message"] = .string(Self.cut(message, to: Self.limit / 16))
    object["metadata"] = ["cut": true]
    return JSONValue.object(object).encoded + [0x0A]
  }

  private static func bounded(_ bytes: [UInt8]) -> [UInt8] {
    if bytes.count < limit { return bytes + [0x0A] }
    let mark = Array(" [cut]".utf8)
    return cutBytes(bytes, to: limit - 1 - mark.count) + mark + [0x0A]
  }

  private static func cut(_ text: String, to count: Int) -> String {
    guard text.utf8.count > count else { return text }
    return String(decoding: cutBytes(Array(text.utf8), to: count), as: UTF8.self) + " [cut]"
  }

  /// Cuts between characters of UTF-8.
  private static func cutBytes(_ bytes: [UInt8], to count: Int) -> [UInt8] {
    var end = min(count, bytes.count)
    while end > 0, end < bytes.count, bytes[end] & 0xC0 == 0x80 { end -= 1 }
    return Array(bytes[..<end])
  }

  private static func quoted(_ text: String) -> String {
    text.isEmpty || text.utf8.contains { $0 <= 0x20 || $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "=") }
      ? JSONValue.string(text).jsonText : text
  }

  private static func escaped(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: isControl) else { return text }
    return text.unicodeScalars.map { isControl($0) ? "\\u{\(String($0.value, radix: 16))}" : String($0) }.joined()
  }

  private static func isControl(_ scalar: Unicode.Scalar) -> Bool { scalar.value < 0x20 || 0x7F...0x9F ~= scalar.value }
}
