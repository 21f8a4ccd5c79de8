/// Text of others on its way to a terminal.
package enum TerminalText {
  /// Without control characters, which could move the cursor or worse; a line break becomes a space.
  package static func clean(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: isControl) else { return text }
    var clean = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      if scalar == "\n" || scalar == "\t" {
        clean.append(" ")
      } else if !isControl(scalar) {
        clean.append(scalar)
      }
    }
    return String(clean)
  }

  /// Without control characters, but with its line breaks and tabs.
  package static func cleanLines(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: { isControl($0) && !isLayout($0) }) else { return text }
    return String(String.UnicodeScalarView(text.unicodeScalars.filter { !isControl($0) || isLayout($0) }))
  }

  /// With every control character as an escape, so that what is consented to is seen as it is.
  package static func visible(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: isControl) else { return text }
    return text.unicodeScalars.map { isControl($0) ? "\\u{\(String($0.value, radix: 16))}" : String($0) }.joined()
  }

  /// Cut to `columns`, with an ellipsis where something is missing.
  package static func fit(_ text: String, columns: Int) -> String {
    guard width(text) > columns else { return text }
    var fitted = ""
    var used = 0
    for character in text {
      let next = width(character)
      if used + next > columns - 1 { break }
      fitted.append(character)
      used += next
    }
    return columns > 0 ? fitted + "…" : ""
  }

  /// Columns that the text takes.
  package static func width(_ text: String) -> Int { text.reduce(0) { $0 + width($1) } }

  private static func width(_ character: Character) -> Int {
    guard let first = character.unicodeScalars.first?.value else { return 0 }
    let wide: [ClosedRange<UInt32>] = [
      0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
      0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1FAFF, 0x20000...0x3FFFD,
    ]
    return first >= 0x1100 && wide.contains { $0.contains(first) } ? 2 : 1
  }

  private static func isLayout(_ scalar: Unicode.Scalar) -> Bool { scalar == "\n" || scalar == "\t" }

  private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
    scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value) || (0x202A...0x202E).contains(scalar.value)
      || (0x2066...0x2069).contains(scalar.value)
  }
}
