import SCRConnection
import SCRProtocol
import SCRServer

/// A recorded conversation of a host, read from its file.
struct MirrorRecord: Sendable, Hashable {
  struct Frame: Sendable, Hashable {
    /// In the file, from 1.
    var place: Int
    var direction: FrameDirection
    var line: String
  }

  /// Of the build that was recorded.
  var version: String
  var frames: [Frame]
  /// Why the record is not all that went over the pipe; nil where it is.
  var gap: String?

  /// Of a file; the largest that `mirror.maxBytes` is likely to make.
  static let limit = 1 << 30

  /// Blocks.
  /// - Throws: ``CommandFailure`` with exit code 2 and the line that is wrong.
  static func read(_ path: String, in directory: String) throws(CommandFailure) -> MirrorRecord {
    let absolute = path.hasPrefix("/") ? path : "\(directory)/\(path)"
    let bytes: [UInt8]?
    do throws(DiskFile.Failure) { bytes = try DiskFile.read(absolute, limit: limit) } catch {
      throw .usage("\(path) cannot be read: \(error)")
    }
    guard let bytes else { throw .usage("there is no file \(path)") }
    return try MirrorRecord(bytes, path)
  }

  init(_ bytes: [UInt8], _ path: String) throws(CommandFailure) {
    (version, frames) = ("", [])
    var hasOpening = false
    let lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
    for (index, line) in lines.enumerated() where !line.isEmpty {
      guard let entry = (try? JSONParser.parse(line)).flatMap(MirrorEntry.init) else {
        // A process that was killed leaves its last line as far as it got.
        if index == lines.count - 1, hasOpening {
          gap = "its last line is torn"
          break
        }
        throw .usage("\(path):\(index + 1): this is no line of a mirror", hint: "scr serve --mirror DIR makes records")
      }
      switch entry {
      case .opening(let version, let pipe, _, _):
        guard pipe == MirrorEntry.hostPipe else {
          throw .usage(
            "\(path) is the record of the tool server \(pipe)", hint: "give the file that ends in -host.jsonl")
        }
        self.version = version
        hasOpening = true
      case .frame(_, let direction, let line, nil):
        frames.append(Frame(place: index + 1, direction: direction, line: line))
      case .frame(_, let direction, _, let length?):
        gap = gap ?? "line \(index + 1) is the beginning of a \(direction.rawValue) frame of \(length) bytes"
      case .lost(_, let count): gap = gap ?? "\(count) frames before line \(index + 1) were not recorded"
      case .full: gap = gap ?? "its limit of bytes was met in line \(index + 1)"
      }
    }
    guard hasOpening else {
      throw .usage("\(path) is no record of a mirror", hint: "scr serve --mirror DIR makes records")
    }
  }
}
