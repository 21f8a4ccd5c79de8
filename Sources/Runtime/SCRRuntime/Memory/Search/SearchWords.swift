/// Takes a text apart into the words that it is found by. Store and question use the same, and so does every version of
/// memory, so that they find the same.
///
/// A word is a run of letters and digits, folded by ``LetterFolding``. Scripts that put no spaces between words (Chinese,
/// Japanese, Korean, Thai and others) become overlapping pairs of characters, as Lucene's CJKBigramFilter makes them; the
/// last character of such a run stands alone as well, so that every character begins exactly one word.
package struct SearchWords {
  package enum Form: Sendable, Hashable {
    case word
    case pair
    /// The last character of a run of pairs.
    case tail
    /// A run of one character.
    case lone
  }

  /// Grows when the same text would become other words; an index of another version is written anew.
  package static let version: Int64 = 1
  /// Bytes of a word; what is longer is known by its beginning.
  static let longest = 128

  private var word: [UInt8] = []
  private var wordBegin = 0
  private var held: (bytes: [UInt8], range: Range<Int>, isFirst: Bool)?

  private init() { word.reserveCapacity(Self.longest) }

  /// - Parameter body: gets each word in UTF-8, the bytes of `text` it stands for, and its form.
  package static func each(in text: String, _ body: ([UInt8], Range<Int>, Form) -> Void) {
    var text = text
    var scanner = SearchWords()
    text.withUTF8 { scanner.scan($0, body) }
  }

  /// All words of a text, for an index.
  package static func list(_ text: String) -> [String] {
    var words: [String] = []
    each(in: text) { word, _, _ in words.append(String(decoding: word, as: UTF8.self)) }
    return words
  }

  private mutating func scan(_ bytes: UnsafeBufferPointer<UInt8>, _ body: ([UInt8], Range<Int>, Form) -> Void) {
    var place = 0
    while place < bytes.count {
      let byte = bytes[place]
      if byte < 0x80 {
        asciiByte(byte, at: place, body)
        place += 1
        continue
      }
      let (scalar, length) = Self.scalar(bytes, place)
      take(scalar, place..<place + length, body)
      place += length
    }
    endWord(at: bytes.count, body)
    endRun(body)
  }

  private mutating func asciiByte(_ byte: UInt8, at place: Int, _ body: ([UInt8], Range<Int>, Form) -> Void) {
    let lower: UInt8
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): lower = byte
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): lower = byte | 0x20
    default:
      endWord(at: place, body)
      return endRun(body)
    }
    beginWord(at: place, body)
    if word.count < Self.longest { word.append(lower) }
  }

  private mutating func take(_ scalar: Unicode.Scalar, _ range: Range<Int>, _ body: ([UInt8], Range<Int>, Form) -> Void)
  {
    switch ScalarClass(scalar) {
    case .mark: return
    case .letter:
      beginWord(at: range.lowerBound, body)
      if word.count < Self.longest { LetterFolding.append(scalar, to: &word) }
    case .unspaced:
      endWord(at: range.lowerBound, body)
      let bytes = Array(String(scalar).utf8)
      if let held { body(held.bytes + bytes, held.range.lowerBound..<range.upperBound, .pair) }
      held = (bytes, range, held == nil)
    case .picture:
      endWord(at: range.lowerBound, body)
      endRun(body)
      body(Array(String(scalar).utf8), range, .word)
    case .gap:
      endWord(at: range.lowerBound, body)
      endRun(body)
    }
  }

  private mutating func beginWord(at place: Int, _ body: ([UInt8], Range<Int>, Form) -> Void) {
    endRun(body)
    if word.isEmpty { wordBegin = place }
  }

  private mutating func endWord(at place: Int, _ body: ([UInt8], Range<Int>, Form) -> Void) {
    if word.isEmpty { return }
    body(word, wordBegin..<place, .word)
    word.removeAll(keepingCapacity: true)
  }

  private mutating func endRun(_ body: ([UInt8], Range<Int>, Form) -> Void) {
    guard let last = held else { return }
    body(last.bytes, last.range, last.isFirst ? .lone : .tail)
    held = nil
  }

  /// The text is valid UTF-8, as every `String` is.
  private static func scalar(_ bytes: UnsafeBufferPointer<UInt8>, _ place: Int) -> (Unicode.Scalar, Int) {
    let first = UInt32(bytes[place])
    let length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2
    var value = first & (length == 4 ? 0x07 : length == 3 ? 0x0F : 0x1F)
    for offset in 1..<length { value = value << 6 | UInt32(bytes[place + offset] & 0x3F) }
    return (Unicode.Scalar(value) ?? "\u{FFFD}", length)
  }
}

/// What a character outside ASCII does to the words around it.
private enum ScalarClass {
  case letter, unspaced, mark, picture, gap

  init(_ scalar: Unicode.Scalar) {
    self = Self.isAccent(scalar.value) ? .mark : Self.isUnspaced(scalar.value) ? .unspaced : Self.other(scalar)
  }

  private static func other(_ scalar: Unicode.Scalar) -> ScalarClass {
    switch scalar.properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .decimalNumber,
      .letterNumber, .otherNumber, .nonspacingMark, .spacingMark, .enclosingMark:
      .letter
    // Full-width digits and letters are letters already; of symbols only pictures are looked for.
    case .otherSymbol: scalar.properties.isEmoji ? .picture : .gap
    default: .gap
    }
  }

  /// Marks that search leaves out: accents, vowel points of Hebrew and Arabic, variation selectors, the joiner.
  private static func isAccent(_ value: UInt32) -> Bool {
    switch value {
    case 0x300...0x36F, 0x591...0x5C7, 0x610...0x61A, 0x64B...0x65F, 0x670, 0x1AB0...0x1AFF, 0x1DC0...0x1DFF, 0x200D,
      0x20D0...0x20FF, 0x3099...0x309A, 0xFE00...0xFE0F, 0xFE20...0xFE2F, 0x1F3FB...0x1F3FF:
      true
    default: false
    }
  }

  private static func isUnspaced(_ value: UInt32) -> Bool {
    switch value {
    case 0xE01...0xEFF, 0x1000...0x109F, 0x1780...0x17FF, 0x3005...0x3007, 0x3041...0x30FF, 0x3105...0x312F,
      0x31A0...0x31BF, 0x31F0...0x31FF, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xAC00...0xD7AF, 0xF900...0xFAFF,
      0x20000...0x323AF:
      true
    default: false
    }
  }
}
