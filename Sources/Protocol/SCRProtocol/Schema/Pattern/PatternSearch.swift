/// One search: all the states that the automaton may be in move through the text together, each at most once a
/// character (Thompson's simulation). A yes or no needs no record of how a state was reached.
struct PatternSearch {
  /// Steps that are left; one is an instruction looked at. Below zero once they did not suffice.
  private(set) var steps: Int

  private let program: PatternProgram
  /// The last position at which an instruction was looked at.
  private var seen: [Int]
  /// Instructions still to be looked at here.
  private var pending: [Int] = []
  /// Instructions that wait for the next scalar.
  private var waiting: [Int] = []

  init(_ program: PatternProgram, steps: Int) {
    self.program = program
    // Laying out the states costs as well: many short texts must not be free.
    self.steps = steps - program.instructions.count
    seen = steps > 0 ? Array(repeating: -1, count: program.instructions.count) : []
  }

  /// - Returns: nil if the steps did not suffice.
  mutating func run(over text: String.UnicodeScalarView) -> Bool? {
    var rest = text.makeIterator()
    var previous: Unicode.Scalar?
    var position = 0
    while steps >= 0 {
      let next = rest.next()
      if position == 0 || !program.isAnchored { pending.append(0) }
      if settle(at: position, between: previous, and: next) { return true }
      guard let next, !waiting.isEmpty || !program.isAnchored else { return false }
      consume(next)
      previous = next
      position += 1
    }
    return nil
  }

  /// Follows everything that takes no scalar.
  /// - Returns: whether a match ends here.
  private mutating func settle(
    at position: Int, between previous: Unicode.Scalar?, and next: Unicode.Scalar?
  ) -> Bool {
    while let place = pending.popLast() {
      if seen[place] == position { continue }
      seen[place] = position
      steps -= 1
      switch program.instructions[place] {
      case .accept: return true
      case .jump(let distance): pending.append(place + Int(distance))
      case .split(let distance):
        pending.append(place + 1)
        pending.append(place + Int(distance))
      case .start: if position == 0 { pending.append(place + 1) }
      case .end: if next == nil { pending.append(place + 1) }
      case .wordBoundary(let wanted):
        let isBoundary = (previous?.isWord ?? false) != (next?.isWord ?? false)
        if isBoundary == wanted { pending.append(place + 1) }
      case .scalar, .set: waiting.append(place)
      }
    }
    return false
  }

  private mutating func consume(_ scalar: Unicode.Scalar) {
    for place in waiting {
      let isAccepted =
        switch program.instructions[place] {
        case .scalar(let wanted): wanted == scalar
        case .set(let set): program.sets[Int(set)].contains(scalar)
        default: false
        }
      if isAccepted { pending.append(place + 1) }
    }
    waiting.removeAll(keepingCapacity: true)
  }
}

extension Unicode.Scalar {
  /// ECMA-262's word characters, without the flag `i`.
  fileprivate var isWord: Bool {
    switch self {
    case "a"..."z", "A"..."Z", "0"..."9", "_": true
    default: false
    }
  }
}
