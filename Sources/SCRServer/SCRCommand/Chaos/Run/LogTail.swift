/// The write-ahead log of a database, read far enough to know where its last commit ends (SQLite file format, §4).
struct LogTail: Sendable, Hashable {
  /// Where the last commit ends: everything before was promised, nothing after it was.
  private(set) var committedEnd: Int
  private(set) var pageSize: Int
  private let salts: [UInt8]

  private static let headerSize = 32
  private static let frameHeaderSize = 24

  /// Nil for what is no log, such as one that is empty.
  init?(_ log: [UInt8]) {
    guard log.count >= Self.headerSize else { return nil }
    let magic = Self.word(log, 0)
    pageSize = Int(Self.word(log, 8))
    guard magic & ~1 == 0x377F_0682, pageSize >= 512, pageSize.nonzeroBitCount == 1 else { return nil }
    salts = Array(log[16..<24])
    var sum = Checksum(isBigEndian: magic & 1 == 1)
    sum.add(log, 0..<24)
    guard sum.matches(log, at: 24) else { return nil }
    committedEnd = Self.headerSize
    var place = Self.headerSize
    while place + Self.frameHeaderSize + pageSize <= log.count {
      let page = place + Self.frameHeaderSize
      sum.add(log, place..<(place + 8))
      sum.add(log, page..<(page + pageSize))
      guard Array(log[(place + 8)..<(place + 16)]) == salts, sum.matches(log, at: place + 16) else { break }
      place = page + pageSize
      if Self.word(log, place - pageSize - Self.frameHeaderSize + 4) != 0 { committedEnd = place }
    }
  }

  // MARK: Tearing

  /// What a crash may have left behind the last commit: part of a frame, a whole one that is wrong, or nothing.
  /// - Parameters:
  ///   - size: of the whole log.
  ///   - choice: any number; decides.
  /// - Returns: how much of the log stays, and the bytes that follow it.
  func tear(size: Int, choice: UInt64) -> (keep: Int, rest: [UInt8]) {
    var random = SplitMix(seed: choice)
    let kind = random.below(4)
    if kind == 0, size > committedEnd { return (committedEnd + random.below(size - committedEnd), []) }
    var frame = frame(&random)
    if kind == 2 { return (committedEnd, frame) }
    frame.removeLast(random.number(in: 1...(frame.count - 1)))
    return (committedEnd, frame)
  }

  /// A frame of this log that says of itself that it commits; its checksum is wrong.
  private func frame(_ random: inout SplitMix) -> [UInt8] {
    var bytes: [UInt8] = [0, 0, 0, 1, 0, 0, 0, 2] + salts
    while bytes.count < Self.frameHeaderSize + pageSize { bytes.append(UInt8(truncatingIfNeeded: random.next())) }
    return bytes
  }

  private static func word(_ log: [UInt8], _ place: Int) -> UInt32 {
    log[place..<(place + 4)].reduce(0) { $0 << 8 | UInt32($1) }
  }

  private struct Checksum {
    let isBigEndian: Bool
    private var first: UInt32 = 0
    private var second: UInt32 = 0

    init(isBigEndian: Bool) { self.isBigEndian = isBigEndian }

    mutating func add(_ log: [UInt8], _ range: Range<Int>) {
      log.withUnsafeBytes { bytes in
        for place in stride(from: range.lowerBound, to: range.upperBound, by: 8) {
          first &+= word(bytes, place) &+ second
          second &+= word(bytes, place + 4) &+ first
        }
      }
    }

    func matches(_ log: [UInt8], at place: Int) -> Bool {
      LogTail.word(log, place) == first && LogTail.word(log, place + 4) == second
    }

    private func word(_ bytes: UnsafeRawBufferPointer, _ place: Int) -> UInt32 {
      let word = bytes.loadUnaligned(fromByteOffset: place, as: UInt32.self)
      return isBigEndian ? UInt32(bigEndian: word) : UInt32(littleEndian: word)
    }
  }
}
