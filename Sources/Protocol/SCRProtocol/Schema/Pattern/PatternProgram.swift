/// A pattern as a nondeterministic automaton. Jumps are relative, so that a fragment may be copied and joined.
struct PatternProgram: Sendable {
  typealias Fragment = [Instruction]

  enum Instruction: Sendable, Hashable {
    case scalar(Unicode.Scalar)
    /// One scalar of a set, by its place in `sets`.
    case set(Int32)
    case jump(Int32)
    /// Goes on here and elsewhere.
    case split(Int32)
    case start, end
    case wordBoundary(Bool)
    case accept
  }

  let instructions: [Instruction]
  let sets: [ScalarSet]

  /// Every match begins at the text's start.
  var isAnchored: Bool { instructions.first == .start }

  static func alternation(_ branches: [Fragment]) -> Fragment {
    let size = branches.reduce(2 * (branches.count - 1)) { $0 + $1.count }
    var whole: Fragment = []
    whole.reserveCapacity(size)
    for branch in branches.dropLast() {
      whole.append(.split(Int32(branch.count + 2)))
      whole += branch
      whole.append(.jump(Int32(size - whole.count)))
    }
    return whole + (branches.last ?? [])
  }

  /// - Parameter most: nil for no end.
  static func repetition(of part: Fragment, least: Int, most: Int?) -> Fragment {
    let length = Int32(part.count)
    var whole: Fragment = []
    for _ in 0..<least { whole += part }
    guard let most else {
      return least > 0 ? whole + [.split(-length)] : [.split(length + 2)] + part + [.jump(-length - 1)]
    }
    for left in stride(from: most - least, to: 0, by: -1) {
      whole.append(.split(Int32(left) * (length + 1)))
      whole += part
    }
    return whole
  }
}
