/// Letters that people take for the same when they search: case, accents, full-width forms.
///
/// Unicode's decomposition is not open to us without Foundation; a letter's name says as well what its base is
/// (LATIN SMALL LETTER E WITH ACUTE), and of a stroke even more.
enum LetterFolding {
  /// Appends what `scalar` is searched as, in UTF-8.
  static func append(_ scalar: Unicode.Scalar, to word: inout [UInt8]) {
    switch scalar.value {
    case 0xC0..<0x250: word += latin[Int(scalar.value - 0xC0)]
    case 0x1E00..<0x1F00: word += latinAdditional[Int(scalar.value - 0x1E00)]
    case 0xFF01...0xFF5E:
      // Full-width forms of ASCII.
      let narrow = UInt8(scalar.value - 0xFEE0)
      word.append((UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(narrow) ? narrow | 0x20 : narrow)
    default: word += Array((greek[scalar] ?? scalar.properties.lowercaseMapping).utf8)
    }
  }

  private static let latin = (UInt32(0xC0)..<0x250).map(folded)
  private static let latinAdditional = (UInt32(0x1E00)..<0x1F00).map(folded)

  /// Final sigma and the accents of modern Greek.
  private static let greek: [Unicode.Scalar: String] = [
    "ς": "σ", "ά": "α", "έ": "ε", "ή": "η", "ί": "ι", "ό": "ο", "ύ": "υ", "ώ": "ω", "ϊ": "ι", "ϋ": "υ", "ΐ": "ι",
    "ΰ": "υ", "Ά": "α", "Έ": "ε", "Ή": "η", "Ί": "ι", "Ό": "ο", "Ύ": "υ", "Ώ": "ω", "Ϊ": "ι", "Ϋ": "υ",
  ]

  private static func folded(_ value: UInt32) -> [UInt8] {
    guard let scalar = Unicode.Scalar(value) else { return [] }
    if scalar == "ß" || scalar == "ẞ" { return Array("ss".utf8) }
    if scalar == "æ" || scalar == "Æ" { return Array("ae".utf8) }
    if scalar == "œ" || scalar == "Œ" { return Array("oe".utf8) }
    let words = scalar.properties.name?.split(separator: " ") ?? []
    // LATIN SMALL LETTER E WITH …
    if words.count > 4, words[0] == "LATIN", words[2] == "LETTER", words[3].utf8.count == 1, words[4] == "WITH" {
      return words[3].utf8.map { $0 | 0x20 }
    }
    return Array(scalar.properties.lowercaseMapping.utf8)
  }
}
