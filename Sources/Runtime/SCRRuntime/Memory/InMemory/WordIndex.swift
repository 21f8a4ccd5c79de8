/// Which words stand where, for a search in memory.
struct WordIndex {
  private var documents: [Int64: [String]] = [:]
  private var postings: [String: Set<Int64>] = [:]
  private var words = 0

  mutating func add(_ number: Int64, _ list: [String]) {
    documents[number] = list
    words += list.count
    for word in Set(list) { postings[word, default: []].insert(number) }
  }

  mutating func remove(_ number: Int64) {
    guard let list = documents.removeValue(forKey: number) else { return }
    words -= list.count
    for word in Set(list) {
      postings[word]?.remove(number)
      if postings[word]?.isEmpty == true { postings[word] = nil }
    }
  }

  /// All that match, in no order.
  func scores(_ match: MemoryMatch) -> [RankedRecord] {
    guard !match.needed.isEmpty, !documents.isEmpty else { return [] }
    let counts = Dictionary(uniqueKeysWithValues: Set(match.phrases).map { ($0, occurrences(of: $0)) })
    func all(_ phrase: MemoryMatch.Phrase) -> Set<Int64> { Set((counts[phrase] ?? [:]).keys) }
    var found: Set<Int64>?
    for group in match.needed {
      let union = group.reduce(into: Set<Int64>()) { $0.formUnion(all($1)) }
      found = found?.intersection(union) ?? union
    }
    for phrase in match.excluded { found?.subtract(all(phrase)) }
    let scale = BM25(documents: documents.count, averageLength: Double(words) / Double(documents.count))
    return (found ?? []).map { number in
      let score = match.phrases.reduce(0.0) { sum, phrase in
        guard let count = counts[phrase]?[number] else { return sum }
        return sum
          + scale.score(
            weight: scale.weight(documentsWith: counts[phrase]?.count ?? 0), occurrences: count,
            length: documents[number]?.count ?? 0)
      }
      return RankedRecord(number: number, score: score)
    }
  }

  /// How often each document has the phrase.
  private func occurrences(of phrase: MemoryMatch.Phrase) -> [Int64: Int] {
    var found: [Int64: Int] = [:]
    for number in candidates(phrase) {
      guard let list = documents[number], list.count >= phrase.words.count else { continue }
      let count = (0...list.count - phrase.words.count).count { Self.stands(phrase, at: $0, in: list) }
      if count > 0 { found[number] = count }
    }
    return found
  }

  private func candidates(_ phrase: MemoryMatch.Phrase) -> Set<Int64> {
    let whole = phrase.isPrefix ? phrase.words.dropLast() : phrase.words[...]
    var sets = whole.map { postings[$0] ?? [] }
    if phrase.isPrefix, let begin = phrase.words.last {
      sets.append(
        postings.reduce(into: []) { all, posting in if posting.key.hasPrefix(begin) { all.formUnion(posting.value) } })
    }
    guard let first = sets.min(by: { $0.count < $1.count }) else { return [] }
    return sets.reduce(first) { $0.intersection($1) }
  }

  private static func stands(_ phrase: MemoryMatch.Phrase, at place: Int, in list: [String]) -> Bool {
    for (offset, word) in phrase.words.enumerated() {
      let found = list[place + offset]
      let isLast = offset == phrase.words.count - 1
      if !(isLast && phrase.isPrefix ? found.hasPrefix(word) : found == word) { return false }
    }
    return true
  }
}
