/// What is fed with bytes that nobody chose. A target never fails by itself: it tells what must not be.
package enum FuzzTarget: String, Sendable, CaseIterable {
  /// Lines cut at random points.
  case framing
  /// JSON: parser, scanner, writer and the reader with places against each other.
  case json
  /// Messages into a connection, cut at random points.
  case connection
  /// The first line is a schema, the second a value.
  case schema
  /// Server-sent events cut at random points.
  case events
  /// A plan document.
  case plan

  /// - Returns: what is wrong, in words; empty where all that must hold does.
  package func problems(_ bytes: [UInt8]) -> [String] {
    switch self {
    case .framing: FramingFuzz.problems(bytes)
    case .json: JSONFuzz.problems(bytes)
    case .connection: ConnectionFuzz.problems(bytes)
    case .schema: SchemaFuzz.problems(bytes)
    case .events: EventsFuzz.problems(bytes)
    case .plan: PlanFuzz.problems(bytes)
    }
  }
}

/// An input taken apart: the first byte says how the rest is cut.
struct Cuts {
  private var seed: UInt64
  private var rest: ArraySlice<UInt8>

  init(_ bytes: [UInt8]) {
    seed = UInt64(bytes.first ?? 0) &* 0x9E37_79B9_7F4A_7C15 | 1
    rest = bytes.dropFirst()
  }

  /// All that the pieces have together.
  var whole: [UInt8] { Array(rest) }

  /// The next piece; some are empty. Nil at the end.
  mutating func next() -> [UInt8]? {
    guard !rest.isEmpty else { return nil }
    seed ^= seed << 13
    seed ^= seed >> 7
    seed ^= seed << 17
    let length = min(Int(seed % 17), rest.count)
    defer { rest = rest.dropFirst(length) }
    return Array(rest.prefix(length))
  }
}
