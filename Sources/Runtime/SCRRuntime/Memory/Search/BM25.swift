#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Okapi BM25 as SQLite's FTS5 reckons it (https://sqlite.org/fts5.html#the_bm25_function), but larger is better.
struct BM25 {
  private static let k1 = 1.2
  private static let b = 0.75

  let documents: Int
  let averageLength: Double

  /// How much it says that a phrase is found which so many documents have.
  func weight(documentsWith count: Int) -> Double {
    let weight = log((Double(documents) - Double(count) + 0.5) / (Double(count) + 0.5))
    return weight > 0 ? weight : 1e-6
  }

  func score(weight: Double, occurrences: Int, length: Int) -> Double {
    let count = Double(occurrences)
    let norm = 1 - Self.b + Self.b * Double(length) / averageLength
    return weight * count * (Self.k1 + 1) / (count + Self.k1 * norm)
  }
}
