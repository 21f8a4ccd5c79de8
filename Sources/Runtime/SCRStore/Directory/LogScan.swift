import SCRRuntime

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// What a write-ahead log holds, read without SQLite, which ends at the first frame that is not as it was written and says
/// nothing of what lies beyond.
///
/// A crash may tear the last commit, for that was not flushed yet. Whole commits beyond a frame that does not fit were
/// flushed after it, so there it is the disk that lost something (https://sqlite.org/fileformat.html#walformat).
struct LogScan: Sendable, Hashable {
  /// Commits that SQLite finds.
  private(set) var commits = 0
  /// Where the first frame stands that does not fit; at the file's end where all do.
  private(set) var end: Int64 = 0
  /// Commits beyond, at least: what would be lost without a word.
  private(set) var lostCommits = 0

  var isDamaged: Bool { lostCommits > 0 }

  /// - Returns: nil where there is no log, or none that is longer than its header.
  /// - Throws: `StoreError` where it cannot be read.
  static func read(_ path: String) throws(StoreError) -> LogScan? {
    let file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
    guard file >= 0 else {
      if errno == ENOENT { return nil }
      throw StoreError(system: errno, path: path, doing: "read the log")
    }
    defer { close(file) }
    guard let header = try bytes(file, path, at: 0, count: LogHeader.size + LogFrame.headSize) else { return nil }
    var scan = LogScan()
    try scan.walk(file, path, LogHeader(header))
    return scan
  }

  private mutating func walk(_ file: Int32, _ path: String, _ header: LogHeader) throws(StoreError) {
    var chain: LogSum? = header.isValid ? header.sum : nil
    var isBroken = !header.isValid
    var place = Int64(LogHeader.size)
    if !isBroken { end = place }
    while let bytes = try Self.bytes(file, path, at: place, count: LogFrame.headSize + header.pageSize) {
      let frame = LogFrame(bytes)
      place += Int64(bytes.count)
      let fits = frame.salt == header.salt && frame.page != 0
      let continues = fits && chain.map { header.sum(of: bytes, after: $0) == frame.sum } == true
      if !isBroken && !continues { (isBroken, chain) = (true, nil) }
      if continues {
        chain = frame.sum
        if isBroken {
          if frame.isCommit { lostCommits += 1 }
        } else {
          end = place
          if frame.isCommit { commits += 1 }
        }
      } else {
        // From the end of a commit on, what was written after it can be told from what merely lay there.
        chain = fits && frame.isCommit ? frame.sum : nil
      }
    }
  }

  private static func bytes(_ file: Int32, _ path: String, at place: Int64, count: Int) throws(StoreError) -> [UInt8]? {
    var bytes = [UInt8](repeating: 0, count: count)
    var done = 0
    while done < count {
      let read = bytes.withUnsafeMutableBytes {
        pread(file, $0.baseAddress! + done, count - done, off_t(place) + off_t(done))
      }
      if read == 0 { return nil }
      if read < 0 {
        if errno == EINTR { continue }
        throw StoreError(system: errno, path: path, doing: "read the log")
      }
      done += read
    }
    return bytes
  }
}

/// The two running sums over a log's bytes.
struct LogSum: Hashable {
  var first: UInt32 = 0
  var second: UInt32 = 0
}

private func word(_ bytes: [UInt8], _ place: Int) -> UInt32 {
  bytes[place..<place + 4].reduce(0) { $0 << 8 | UInt32($1) }
}

private struct LogHeader {
  static let size = 32

  let pageSize: Int
  let salt: UInt64
  let isValid: Bool
  let sum: LogSum
  private let isBigEndian: Bool

  /// - Parameter bytes: the header and the head of the first frame, whose salt counts where the header is no good.
  init(_ bytes: [UInt8]) {
    let magic = word(bytes, 0)
    isBigEndian = magic == 0x377f_0683
    let size = Int(word(bytes, 8))
    let isSize = (512...65536).contains(size) && size & (size - 1) == 0
    pageSize = isSize ? size : 4096
    sum = LogSum(first: word(bytes, 24), second: word(bytes, 28))
    isValid =
      (magic == 0x377f_0682 || isBigEndian) && isSize && word(bytes, 4) == 3_007_000
      && Self.sum(bytes[..<24], after: LogSum(), isBigEndian) == sum
    let place = isValid ? 16 : LogHeader.size + 8
    salt = UInt64(word(bytes, place)) << 32 | UInt64(word(bytes, place + 4))
  }

  func sum(of frame: [UInt8], after sum: LogSum) -> LogSum {
    Self.sum(frame[LogFrame.headSize...], after: Self.sum(frame[..<8], after: sum, isBigEndian), isBigEndian)
  }

  private static func sum(_ bytes: ArraySlice<UInt8>, after start: LogSum, _ isBigEndian: Bool) -> LogSum {
    bytes.withUnsafeBytes { bytes in
      var sum = start
      for place in stride(from: 0, to: bytes.count - 7, by: 8) {
        let left = bytes.loadUnaligned(fromByteOffset: place, as: UInt32.self)
        let right = bytes.loadUnaligned(fromByteOffset: place + 4, as: UInt32.self)
        sum.first &+= (isBigEndian ? left.bigEndian : left.littleEndian) &+ sum.second
        sum.second &+= (isBigEndian ? right.bigEndian : right.littleEndian) &+ sum.first
      }
      return sum
    }
  }
}

private struct LogFrame {
  static let headSize = 24

  let page: UInt32
  let isCommit: Bool
  let salt: UInt64
  let sum: LogSum

  init(_ bytes: [UInt8]) {
    page = word(bytes, 0)
    isCommit = word(bytes, 4) != 0
    salt = UInt64(word(bytes, 8)) << 32 | UInt64(word(bytes, 12))
    sum = LogSum(first: word(bytes, 16), second: word(bytes, 20))
  }
}
