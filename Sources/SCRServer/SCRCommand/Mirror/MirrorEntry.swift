import SCRConnection
import SCRProtocol
import SCRRuntime

/// A line of a mirror's file.
enum MirrorEntry: Sendable, Hashable {
  /// The first: `{mirror: 1, scr, pipe, pid, at}`.
  case opening(version: String, pipe: String, pid: Int32, at: Timestamp)
  /// `{at, direction, line, length?}`; with a length it is the beginning of a line of so many bytes.
  case frame(at: Timestamp, FrameDirection, line: String, length: Int?)
  /// `{at, lost}`: so many frames were not recorded, since the disk did not keep up.
  case lost(at: Timestamp, Int)
  /// `{at, full: true}`: the limit of bytes is met, and this is the last line.
  case full(at: Timestamp)

  static let hostPipe = "host"
  /// Of a client that came by the socket.
  static let clientPipe = "client"
  /// Of the file's form; another is refused.
  static let version: Int64 = 1

  var json: JSONValue {
    switch self {
    case .opening(let version, let pipe, let pid, let at):
      return [
        "mirror": .integer(Self.version), "scr": .string(version), "pipe": .string(pipe), "pid": .integer(Int64(pid)),
        "at": .string(at.description),
      ]
    case .frame(let at, let direction, let line, let length):
      var fields: JSONObject = [
        "at": .string(at.description), "direction": .string(direction.rawValue), "line": .string(line),
      ]
      fields["length"] = length.map { JSONValue($0) }
      return .object(fields)
    case .lost(let at, let count): return ["at": .string(at.description), "lost": JSONValue(count)]
    case .full(let at): return ["at": .string(at.description), "full": true]
    }
  }

  /// Nil for what ``json`` never gives.
  init?(json: JSONValue) {
    guard let at = json["at"]?.stringValue.flatMap({ Timestamp($0) }) else { return nil }
    if let line = json["line"]?.stringValue {
      guard let direction = json["direction"]?.stringValue.flatMap(FrameDirection.init) else { return nil }
      self = .frame(
        at: at, direction, line: line, length: json["length"]?.integerValue.flatMap { Int(exactly: $0) })
    } else if let count = json["lost"]?.integerValue.flatMap({ Int(exactly: $0) }) {
      self = .lost(at: at, count)
    } else if json["full"] == true {
      self = .full(at: at)
    } else if json["mirror"]?.integerValue == Self.version, let pipe = json["pipe"]?.stringValue {
      let pid = json["pid"]?.integerValue.flatMap { Int32(exactly: $0) } ?? 0
      self = .opening(version: json["scr"]?.stringValue ?? "", pipe: pipe, pid: pid, at: at)
    } else {
      return nil
    }
  }
}
