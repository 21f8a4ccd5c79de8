import SCRProtocol

/// What a text has to say to be found. Made from what people write, of which nothing is ever syntax unless they ask.
package struct MemoryMatch: Sendable, Hashable {
  /// Words that stand side by side.
  package struct Phrase: Sendable, Hashable {
    package var words: [String]
    /// The last word may go on.
    package var isPrefix: Bool

    package init(_ words: [String], isPrefix: Bool = false) {
      self.words = words
      self.isPrefix = isPrefix
    }
  }

  package enum Syntax: String, Sendable, Hashable, CaseIterable {
    /// Every word must be there.
    case all
    /// One word must be there; more of them rank higher.
    case any
    /// `"a phrase"`, `begin*`, `-without`, `this OR that`.
    case operators
  }

  /// One phrase of each of them must be there. Empty finds nothing.
  package var needed: [[Phrase]]
  /// None of them may be there.
  package var excluded: [Phrase]

  /// Words that are looked at, at most; further ones are left out.
  package static let limit = 32

  package init(needed: [[Phrase]], excluded: [Phrase] = []) {
    self.needed = needed
    self.excluded = excluded
  }

  package init(_ text: String, syntax: Syntax = .all) {
    self.init(needed: [])
    switch syntax {
    case .all: needed = Self.words(text).map { [$0] }
    case .any:
      let words = Self.words(text)
      needed = words.isEmpty ? [] : [words]
    case .operators: operators(text)
    }
  }

  package var phrases: [Phrase] { needed.flatMap(\.self) + excluded }

  /// What stands between spaces, each as one phrase: `e-mail` must be found as `e mail`.
  private static func words(_ text: String) -> [Phrase] {
    text.split(whereSeparator: \.isWhitespace).lazy.compactMap { phrase(String($0)) }.prefix(limit).map { $0 }
  }

  /// Nil where there is nothing to look for.
  private static func phrase(_ text: String, isPrefix: Bool = false) -> Phrase? {
    var phrase = Phrase([], isPrefix: isPrefix)
    var isLone = false
    SearchWords.each(in: text) { word, _, form in
      // In the index, a tail is followed by whatever comes next.
      guard form != .tail, phrase.words.count < limit else { return }
      phrase.words.append(String(decoding: word, as: UTF8.self))
      isLone = form == .lone
    }
    // Every character begins a word of the index, most often a pair.
    if isLone { phrase.isPrefix = true }
    return phrase.words.isEmpty ? nil : phrase
  }

  private mutating func operators(_ text: String) {
    var joins = false
    for part in Self.parts(text).prefix(Self.limit) {
      if part.text == "OR", !part.isQuoted {
        joins = !needed.isEmpty
        continue
      }
      var word = part.text
      let isExcluded = part.isNegated
      let isPrefix = !part.isQuoted && word.hasSuffix("*")
      if isPrefix { word.removeLast() }
      guard let phrase = Self.phrase(word, isPrefix: isPrefix) else { continue }
      if isExcluded {
        excluded.append(phrase)
      } else if joins {
        needed[needed.count - 1].append(phrase)
      } else {
        needed.append([phrase])
      }
      joins = false
    }
  }

  private struct Part {
    var text: String
    var isQuoted = false
    var isNegated = false
  }

  /// A quote that is never closed goes to the end.
  private static func parts(_ text: String) -> [Part] {
    var parts: [Part] = []
    var rest = text[...]
    while let first = rest.first {
      if first.isWhitespace {
        rest.removeFirst()
        continue
      }
      let isNegated = first == "-" && rest.count > 1
      if isNegated { rest.removeFirst() }
      if rest.first == "\"" {
        rest.removeFirst()
        let end = rest.firstIndex(of: "\"") ?? rest.endIndex
        parts.append(Part(text: String(rest[..<end]), isQuoted: true, isNegated: isNegated))
        rest = end == rest.endIndex ? "" : rest[rest.index(after: end)...]
      } else {
        let end = rest.firstIndex(where: \.isWhitespace) ?? rest.endIndex
        parts.append(Part(text: String(rest[..<end]), isNegated: isNegated))
        rest = rest[end...]
      }
    }
    return parts
  }
}

extension MemoryRecord {
  /// What the search looks at.
  package var searchText: String { Self.searchText(address, content) }

  /// The text; where there is none the texts of the value.
  package var spokenText: String { Self.spokenText(content) }

  private static func spokenText(_ content: MemoryContent) -> String {
    content.text.isEmpty ? content.value.map(strings) ?? "" : content.text
  }

  private static func searchText(_ address: MemoryAddress, _ content: MemoryContent) -> String {
    var parts = [spokenText(content)] + content.tags
    // Keys of the runtime's own making say nothing, and all of them the same.
    if !["task_", "mem_"].contains(where: address.key.hasPrefix) { parts.append(address.key) }
    return parts.joined(separator: "\n")
  }

  /// The texts of a value, in their order.
  private static func strings(_ value: JSONValue) -> String {
    var found: [String] = []
    var open = [value]
    while let value = open.popLast() {
      switch value {
      case .string(let text): found.append(text)
      case .array(let values): open += values.reversed()
      case .object(let fields): open += fields.map(\.value).reversed()
      case .integer, .number, .bool, .null: break
      }
    }
    return found.joined(separator: "\n")
  }
}
