/// Finds what somebody probably meant.
package enum Spelling {
  /// `did you mean "maxSize"?`, or nil where no candidate is close.
  package static func hint(_ word: String, among candidates: some Sequence<String>) -> String? {
    nearest(word, among: candidates).map { "did you mean \"\($0)\"?" }
  }

  /// The candidate within a third of the word's length, the first of equals.
  static func nearest(_ word: String, among candidates: some Sequence<String>) -> String? {
    guard word.utf8.count <= 64 else { return nil }
    let limit = max(1, word.count / 3)
    let rated = candidates.map { (name: $0, distance: distance(word.lowercased(), $0.lowercased())) }
    return rated.filter { $0.distance <= limit }.min { $0.distance < $1.distance }?.name
  }

  /// Insertions, deletions, replacements and swaps of neighbours that turn one word into the other.
  private static func distance(_ left: String, _ right: String) -> Int {
    let (left, right) = (Array(left), Array(right))
    var rows = [Array(0...right.count)]
    for (i, letter) in left.enumerated() {
      var row = [i + 1]
      for (j, other) in right.enumerated() {
        var best = min(rows[i][j + 1] + 1, row[j] + 1, rows[i][j] + (letter == other ? 0 : 1))
        if i > 0, j > 0, letter == right[j - 1], left[i - 1] == other { best = min(best, rows[i - 1][j - 1] + 1) }
        row.append(best)
      }
      rows.append(row)
    }
    return rows[left.count][right.count]
  }
}
