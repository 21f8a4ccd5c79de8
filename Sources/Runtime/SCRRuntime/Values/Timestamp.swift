/// A moment on the wall clock, in whole milliseconds since 1970 (UTC). On the wire RFC 3339 with milliseconds.
package struct Timestamp: Sendable, Hashable, Comparable, CustomStringConvertible {
  package let milliseconds: Int64

  package init(milliseconds: Int64) { self.milliseconds = milliseconds }

  /// Reads RFC 3339 (`2026-11-23T20:34:25.125Z`, fraction and offset as that standard allows).
  package init?(_ text: String) {
    guard let milliseconds = RFC3339.milliseconds(text) else { return nil }
    self.milliseconds = Int64(milliseconds)
  }

  package static func < (left: Self, right: Self) -> Bool { left.milliseconds < right.milliseconds }

  package static func + (left: Self, right: Duration) -> Self {
    Timestamp(milliseconds: left.milliseconds + right.milliseconds)
  }

  package static func - (left: Self, right: Duration) -> Self {
    Timestamp(milliseconds: left.milliseconds - right.milliseconds)
  }

  /// The time from `other` to this moment; negative if `other` is later.
  package func since(_ other: Timestamp) -> Duration { .milliseconds(milliseconds - other.milliseconds) }

  package var description: String { RFC3339.text(milliseconds: Int(milliseconds)) }
}

extension Duration {
  /// Whole milliseconds, rounded towards zero.
  package var milliseconds: Int64 { components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000 }
}
