import SCRProtocol
import SCRRuntime
import SCRServer

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The files of a mirror, on the thread that writes them.
struct MirrorFiles {
  private let folder: String
  private let start: Timestamp
  /// Bytes that may still be written.
  private var left: Int
  private var mask: CassetteMask
  private var descriptors: [Int: Int32] = [:]

  /// Room for the line that says that it is full.
  private static let reserve = 64

  init(folder: String, start: Timestamp, bytes: Int, secrets: [String]) {
    self.folder = folder
    self.start = start
    left = bytes - Self.reserve
    // As they stand in a line of JSON, too.
    mask = CassetteMask(secrets + secrets.map { String(JSONValue.string($0).jsonText.dropFirst().dropLast()) })
  }

  /// - Returns: why nothing more can be recorded.
  mutating func write(_ entry: MirrorEntry, to pipe: Int, named name: String, at: Timestamp) -> String? {
    do throws(DiskFile.Failure) {
      let descriptor = try descriptor(of: pipe, name, at)
      let bytes = masked(entry).json.encoded + [UInt8(ascii: "\n")]
      if bytes.count > left {
        try DiskFile.writeAll(descriptor, MirrorEntry.full(at: at).json.encoded + [UInt8(ascii: "\n")])
        return "the mirror in \(folder) has met its limit, mirror.maxBytes; nothing more is recorded"
      }
      left -= bytes.count
      try DiskFile.writeAll(descriptor, bytes)
      return nil
    } catch { return "the mirror in \(folder) cannot be written, and nothing more is recorded: \(error)" }
  }

  private mutating func masked(_ entry: MirrorEntry) -> MirrorEntry {
    guard case .frame(let at, let direction, let line, let length) = entry else { return entry }
    return .frame(at: at, direction, line: mask.masking(line), length: length)
  }

  private mutating func descriptor(
    of pipe: Int, _ name: String, _ at: Timestamp
  ) throws(DiskFile.Failure) -> Int32 {
    if let known = descriptors[pipe] { return known }
    try DiskFile.makeFolder(folder)
    let stamp = start.description.filter { $0.isNumber || $0 == "T" }
    let safe = String(name.map { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") ? $0 : "_" })
    let path = "\(folder)/\(stamp)-\(getpid())-\(pipe)-\(safe).jsonl"
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else { throw DiskFile.Failure(errno: errno) }
    descriptors[pipe] = descriptor
    let opening = MirrorEntry.opening(version: Version.text, pipe: name, pid: getpid(), at: at)
    let bytes = opening.json.encoded + [UInt8(ascii: "\n")]
    left -= bytes.count
    try DiskFile.writeAll(descriptor, bytes)
    return descriptor
  }

  func close() {
    for descriptor in descriptors.values { _ = closeDescriptor(descriptor) }
  }
}

#if canImport(Glibc)
  private func closeDescriptor(_ descriptor: Int32) -> Int32 { Glibc.close(descriptor) }
#else
  private func closeDescriptor(_ descriptor: Int32) -> Int32 { Darwin.close(descriptor) }
#endif
