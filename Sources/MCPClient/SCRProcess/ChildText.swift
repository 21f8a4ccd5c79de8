/// Text that a child wrote, made fit for people and journals. Pure.
package enum ChildText {
  /// Keeps what can be printed, tabs and newlines. Terminal sequences go as a whole, other control characters alone.
  package static func cleaned(_ text: String) -> String {
    var filter = ControlFilter()
    var cleaned = String.UnicodeScalarView()
    for scalar in text.unicodeScalars where filter.passes(scalar) { cleaned.append(scalar) }
    return String(cleaned)
  }
}

/// Follows the sequences of ECMA-48 from their introducer to their end. None goes beyond its line: one that was cut
/// off must not swallow what comes after it.
private struct ControlFilter {
  private enum State {
    case text
    /// After ESC.
    case escape
    /// After `ESC [`.
    case parameters
    /// In a string that ends with BEL or ST, as window titles do.
    case string
    /// After ESC in such a string.
    case stringEscape
  }

  private var state = State.text

  mutating func passes(_ scalar: Unicode.Scalar) -> Bool {
    let value = scalar.value
    if scalar == "\n" {
      state = .text
      return true
    }
    switch state {
    case .text: return passesAsText(scalar)
    case .escape: state = Self.after(escape: value)
    case .parameters:
      if (0x20...0x3F).contains(value) { return false }
      state = .text
      // Anything but the final byte breaks the sequence off, and counts by itself.
      if !(0x40...0x7E).contains(value) { return passesAsText(scalar) }
    case .string:
      if value == 0x1B { state = .stringEscape }
      if value == 0x07 || value == 0x9C { state = .text }
    case .stringEscape: state = value == 0x5C ? .text : Self.after(escape: value)
    }
    return false
  }

  private mutating func passesAsText(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x09: return true
    case 0x1B: state = .escape
    case 0x9B: state = .parameters
    case 0x90, 0x98, 0x9D, 0x9E, 0x9F: state = .string
    case 0x00..<0x20, 0x7F..<0xA0: break
    default: return true
    }
    return false
  }

  private static func after(escape value: UInt32) -> State {
    switch value {
    case 0x5B: .parameters
    case 0x50, 0x58, 0x5D, 0x5E, 0x5F: .string
    // Intermediate bytes go on; every other one is the last.
    case 0x1B, 0x20...0x2F: .escape
    default: .text
    }
  }
}
