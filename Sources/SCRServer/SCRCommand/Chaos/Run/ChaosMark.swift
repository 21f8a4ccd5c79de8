/// What stands in the environment of everything that one run starts, so that it is found again whatever became of its
/// parents: the run's name and how many starts of the runtime there were.
struct ChaosMark: Sendable, Hashable {
  static let variable = "CHAOS_MARK"

  /// Letters, digits and `-`.
  var run: String
  /// From 1.
  var life: Int

  var text: String { "\(run).\(life)" }
}

extension ChaosMark {
  init?(_ text: some StringProtocol) {
    guard let dot = text.lastIndex(of: "."), let life = Int(text[text.index(after: dot)...]) else { return nil }
    self.init(run: String(text[..<dot]), life: life)
  }

  /// The mark in a `/proc/<pid>/environ`: entries end with a zero byte.
  init?(environment: [UInt8]) {
    let prefix = Array("\(Self.variable)=".utf8)
    guard let entry = environment.split(separator: 0).first(where: { $0.starts(with: prefix) }) else { return nil }
    self.init(String(decoding: entry.dropFirst(prefix.count), as: UTF8.self))
  }
}
