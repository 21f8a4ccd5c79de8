/// Random numbers that follow from a seed alone, the same on every machine and with every build (SplitMix64).
struct SplitMix: Sendable, Hashable {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  /// A generator of its own for one part of the work, so that what happens in one changes nothing in another.
  init(seed: UInt64, part: Int) {
    self.init(seed: seed ^ (UInt64(bitPattern: Int64(part)) &+ 1) &* 0xD6E8_FEB8_6659_FD93)
    _ = next()
  }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// 0 up to `bound`, which is left out; 0 for an empty range.
  mutating func below(_ bound: Int) -> Int { bound > 0 ? Int(next() % UInt64(bound)) : 0 }

  mutating func number(in range: ClosedRange<Int>) -> Int {
    range.lowerBound + below(range.upperBound - range.lowerBound + 1)
  }

  /// True once in `odds` times.
  mutating func once(in odds: Int) -> Bool { below(odds) == 0 }

  mutating func element<Element>(of elements: [Element]) -> Element { elements[below(elements.count)] }

  mutating func shuffled<Element>(_ elements: [Element]) -> [Element] {
    var elements = elements
    for last in stride(from: elements.count - 1, to: 0, by: -1) { elements.swapAt(last, below(last + 1)) }
    return elements
  }
}
