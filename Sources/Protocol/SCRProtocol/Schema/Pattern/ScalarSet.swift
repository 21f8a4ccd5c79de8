/// A set of Unicode scalars: ranges and general categories together, or all but these.
struct ScalarSet: Sendable {
  typealias Range = ClosedRange<UInt32>

  /// In order and apart.
  private let ranges: [Range]
  private let categories: Set<Unicode.GeneralCategory>
  private let isNegated: Bool
  /// The verdicts for ASCII, a bit each.
  private var ascii: (low: UInt64, high: UInt64) = (0, 0)

  init(_ ranges: [Range], categories: Set<Unicode.GeneralCategory> = [], isNegated: Bool = false) {
    self.ranges = Self.merged(ranges)
    self.categories = categories
    self.isNegated = isNegated
    for value in UInt8(0)..<128 where search(Unicode.Scalar(value)) {
      if value < 64 { ascii.low |= 1 << value } else { ascii.high |= 1 << (value - 64) }
    }
  }

  func contains(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0..<64: ascii.low >> scalar.value & 1 == 1
    case 64..<128: ascii.high >> (scalar.value - 64) & 1 == 1
    default: search(scalar)
    }
  }

  private func search(_ scalar: Unicode.Scalar) -> Bool {
    var (low, high) = (0, ranges.count)
    while low < high {
      let middle = (low + high) / 2
      if ranges[middle].upperBound < scalar.value { low = middle + 1 } else { high = middle }
    }
    if low < ranges.count, ranges[low].contains(scalar.value) { return !isNegated }
    if categories.isEmpty { return isNegated }
    return categories.contains(scalar.properties.generalCategory) != isNegated
  }

  private static func merged(_ ranges: [Range]) -> [Range] {
    var merged: [Range] = []
    for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
      guard let last = merged.last, range.lowerBound <= last.upperBound + 1 else {
        merged.append(range)
        continue
      }
      merged[merged.count - 1] = last.lowerBound...max(last.upperBound, range.upperBound)
    }
    return merged
  }
}

extension [ScalarSet.Range] {
  static let digits: Self = [0x30...0x39]
  static let words: Self = [0x30...0x39, 0x41...0x5A, 0x5F...0x5F, 0x61...0x7A]
  static let spaces: Self = [
    0x09...0x0D, 0x20...0x20, 0xA0...0xA0, 0x1680...0x1680, 0x2000...0x200A, 0x2028...0x2029, 0x202F...0x202F,
    0x205F...0x205F, 0x3000...0x3000, 0xFEFF...0xFEFF,
  ]
  static let lineTerminators: Self = [0x0A...0x0A, 0x0D...0x0D, 0x2028...0x2029]

  /// All other code points; the ranges must be in order and apart.
  var complement: Self {
    var gaps: Self = []
    var start: UInt32 = 0
    for range in self {
      if range.lowerBound > start { gaps.append(start...range.lowerBound - 1) }
      start = range.upperBound + 1
    }
    if start <= 0x10FFFF { gaps.append(start...0x10FFFF) }
    return gaps
  }
}
