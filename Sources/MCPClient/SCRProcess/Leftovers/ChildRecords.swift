/// What the file `children` of a state directory says: whose children may be left over, by mark and by number. Pure.
///
/// Lines: `scr-children 1 BOOT`, `mark TOKEN`, `child PID START`, `ended PID START`. A line that is torn or that nobody
/// understands counts for nothing.
struct ChildRecords: Sendable, Hashable {
  /// The identity of the boot in which it was written: no process is older than that.
  var boot: String
  /// Of the last incarnations; the newest comes last.
  private(set) var marks: [ChildMark] = []
  private(set) var living: Set<ProcessIdentity> = []

  static let mostMarks = 16
  static let mostChildren = 4096

  init(boot: String) { self.boot = boot }

  /// - Returns: nil for bytes that are no such file, or whose beginning is lost.
  init?(parsing bytes: [UInt8]) {
    // What comes after the last newline was not written whole.
    guard let end = bytes.lastIndex(of: UInt8(ascii: "\n")) else { return nil }
    var lines = String(decoding: bytes[..<end], as: UTF8.self).split(separator: "\n")[...]
    let head = lines.popFirst()?.split(separator: " ") ?? []
    guard head.count == 3, head[0] == "scr-children", head[1] == "1" else { return nil }
    boot = String(head[2])
    for line in lines { take(line.split(separator: " ")) }
  }

  private mutating func take(_ words: [Substring]) {
    switch (words.first, words.count) {
    case ("mark", 2): if let mark = ChildMark(words[1]) { add(mark) }
    case ("child", 3): if let child = ProcessIdentity(words) { add(child) }
    case ("ended", 3): if let child = ProcessIdentity(words) { remove(child) }
    default: break
    }
  }

  mutating func add(_ mark: ChildMark) {
    marks.removeAll { $0 == mark }
    marks = marks.suffix(Self.mostMarks - 1) + [mark]
  }

  /// Beyond ``mostChildren`` the mark alone has to find them.
  mutating func add(_ child: ProcessIdentity) { if living.count < Self.mostChildren { living.insert(child) } }
  mutating func remove(_ child: ProcessIdentity) { living.remove(child) }

  /// The file that says this and no more.
  var text: String {
    var lines = ["scr-children 1 \(boot)"] + marks.map { "mark \($0.token)" }
    lines += living.sorted { $0.pid < $1.pid }.map(Self.line(began:))
    return lines.map { $0 + "\n" }.joined()
  }

  static func line(began child: ProcessIdentity) -> String { "child \(child.pid) \(child.start)" }
  static func line(ended child: ProcessIdentity) -> String { "ended \(child.pid) \(child.start)" }
}

extension ProcessIdentity {
  /// From the words of a line; nil for numbers that no child of ours can have.
  fileprivate init?(_ words: [Substring]) {
    guard let pid = Int32(words[1]), pid > 1, let start = UInt64(words[2]) else { return nil }
    self.init(pid: pid, start: start)
  }
}
