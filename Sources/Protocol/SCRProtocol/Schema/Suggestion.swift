/// "Did you mean …?"
package enum Suggestion {
  /// The candidate with the fewest edits, if it is near enough to be what was meant. Names are cut to 100 bytes.
  package static func nearest(to name: String, among candidates: some Sequence<String>) -> String? {
    let limit = max(1, min(name.utf8.count, 100) / 3)
    return candidates.map { (candidate: $0, distance: distance(name, $0)) }
      .filter { $0.distance <= limit }
      .min { ($0.distance, $0.candidate) < ($1.distance, $1.candidate) }?.candidate
  }

  /// Levenshtein's distance with swapped neighbours as one edit, regardless of case.
  private static func distance(_ left: String, _ right: String) -> Int {
    let left = Array(left.lowercased().utf8.prefix(100))
    let right = Array(right.lowercased().utf8.prefix(100))
    var beforePrevious: [Int] = []
    var previous = Array(0...right.count)
    for (row, byte) in left.enumerated() {
      var current = [row + 1]
      for (column, other) in right.enumerated() {
        var edits = min(previous[column] + (byte == other ? 0 : 1), previous[column + 1] + 1, current[column] + 1)
        if row > 0, column > 0, byte == right[column - 1], left[row - 1] == other {
          edits = min(edits, beforePrevious[column - 1] + 1)
        }
        current.append(edits)
      }
      (beforePrevious, previous) = (previous, current)
    }
    return previous[right.count]
  }
}
