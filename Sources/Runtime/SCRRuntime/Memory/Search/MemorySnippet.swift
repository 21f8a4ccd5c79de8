/// A piece of a text, and whether it is what was looked for.
package struct SnippetPart: Sendable, Hashable {
  package var text: String
  package var isMatch: Bool

  package init(_ text: String, isMatch: Bool = false) {
    self.text = text
    self.isMatch = isMatch
  }
}

/// Shows where a text says what was looked for.
package enum MemorySnippet {
  /// Characters around and within the matches, about.
  static let length = 160
  /// Bytes of a text that are looked through.
  static let depth = 64 << 10

  /// The window with the most matches, cut at words; `…` stands for what is left out. Empty where nothing matches.
  package static func make(of text: String, _ match: MemoryMatch) -> [SnippetPart] {
    let text = text.utf8.count > depth ? String(decoding: text.utf8.prefix(depth), as: UTF8.self) : text
    var finder = PhraseFinder(match.needed.flatMap(\.self))
    SearchWords.each(in: text) { word, range, form in finder.take(word, range, form) }
    let matches = finder.merged
    guard let window = window(matches) else { return [] }
    return parts(Array(text.utf8), matches.filter { window.overlaps($0) }, window)
  }

  /// Bytes from the first to the last match of the window.
  private static func window(_ matches: [Range<Int>]) -> Range<Int>? {
    var best: (count: Int, range: Range<Int>)?
    for (place, first) in matches.enumerated() {
      let inside = matches[place...].prefix { $0.upperBound - first.lowerBound <= length }
      guard let last = inside.last ?? matches[place...].first else { continue }
      if inside.count > best?.count ?? 0 || best == nil {
        best = (inside.count, first.lowerBound..<last.upperBound)
      }
    }
    return best?.range
  }

  private static func parts(_ bytes: [UInt8], _ matches: [Range<Int>], _ core: Range<Int>) -> [SnippetPart] {
    let room = max(length - core.count, 40) / 2
    let begin = edge(bytes, core.lowerBound - room, forward: true, limit: core.lowerBound)
    let end = edge(bytes, core.upperBound + room, forward: false, limit: core.upperBound)
    var parts: [SnippetPart] = []
    var place = begin
    func add(_ range: Range<Int>, isMatch: Bool) {
      if range.isEmpty { return }
      parts.append(SnippetPart(String(decoding: bytes[range], as: UTF8.self), isMatch: isMatch))
    }
    if begin > 0 { parts.append(SnippetPart("…")) }
    for match in matches {
      add(place..<match.lowerBound, isMatch: false)
      add(match, isMatch: true)
      place = match.upperBound
    }
    add(place..<max(place, end), isMatch: false)
    if end < bytes.count { parts.append(SnippetPart("…")) }
    return joined(parts)
  }

  /// Neighbours of one sort become one.
  private static func joined(_ parts: [SnippetPart]) -> [SnippetPart] {
    parts.reduce(into: []) { joined, part in
      if let last = joined.indices.last, !joined[last].isMatch, !part.isMatch {
        joined[last].text += part.text
      } else {
        joined.append(part)
      }
    }
  }

  /// The nearest beginning or end of a word towards the matches; where there is none near, of a character.
  private static func edge(_ bytes: [UInt8], _ wanted: Int, forward: Bool, limit: Int) -> Int {
    if wanted <= 0 { return 0 }
    if wanted >= bytes.count { return bytes.count }
    var place = wanted
    for _ in 0..<24 where place != limit {
      if bytes[forward ? place - 1 : place] == UInt8(ascii: " ") { return place }
      place += forward ? 1 : -1
    }
    place = wanted
    while place != limit, bytes[place] & 0xC0 == 0x80 { place += forward ? 1 : -1 }
    return place
  }
}

/// Finds phrases in a stream of words.
private struct PhraseFinder {
  private let phrases: [(words: [[UInt8]], isPrefix: Bool)]
  /// The latest words, enough for the longest phrase.
  private var recent: [(word: [UInt8], range: Range<Int>)] = []
  private let longest: Int
  private var found: [Range<Int>] = []

  init(_ phrases: [MemoryMatch.Phrase]) {
    self.phrases = phrases.map { ($0.words.map { Array($0.utf8) }, $0.isPrefix) }
    longest = self.phrases.map(\.words.count).max() ?? 1
  }

  mutating func take(_ word: [UInt8], _ range: Range<Int>, _ form: SearchWords.Form) {
    recent.append((word, range))
    if recent.count > longest { recent.removeFirst() }
    for phrase in phrases where phrase.words.count <= recent.count {
      let tail = recent.suffix(phrase.words.count)
      guard Self.matches(phrase.words, phrase.isPrefix, tail.map(\.word)), let first = tail.first, let last = tail.last
      else { continue }
      // One character of a pair was looked for.
      let isHalf = form == .pair && phrase.isPrefix && phrase.words.last != last.word
      let end = isHalf ? last.range.lowerBound + (phrase.words.last?.count ?? 0) : last.range.upperBound
      found.append(first.range.lowerBound..<end)
    }
  }

  private static func matches(_ wanted: [[UInt8]], _ isPrefix: Bool, _ words: [[UInt8]]) -> Bool {
    for (place, pair) in zip(wanted, words).enumerated() {
      let isLast = place == wanted.count - 1
      let fits = isLast && isPrefix ? pair.1.starts(with: pair.0) : pair.0 == pair.1
      if !fits { return false }
    }
    return true
  }

  /// Ranges in their order; those that touch become one.
  var merged: [Range<Int>] {
    found.sorted { ($0.lowerBound, $0.upperBound) < ($1.lowerBound, $1.upperBound) }.reduce(into: []) { all, range in
      if let last = all.last, range.lowerBound <= last.upperBound {
        all[all.count - 1] = last.lowerBound..<max(last.upperBound, range.upperBound)
      } else {
        all.append(range)
      }
    }
  }
}
