/// "Did you mean …?"
package enum Suggestion {
  /// Bytes of a name that are compared.
  private static let longest = 100

  /// `did you mean "maxSize"?`, or nil where no candidate is near.
  package static func hint(_ name: String, among candidates: some Sequence<String>) -> String? {
    nearest(to: name, among: candidates).map { "did you mean \"\($0)\"?" }
  }

  /// The candidate with the fewest edits, if it is near enough to be what was meant. Names are cut to 100 bytes.
  package static func nearest(to name: String, among candidates: some Sequence<String>) -> String? {
    let limit = max(1, min(name.utf8.count, longest) / 3)
    let wanted = comparable(name)
    return candidates.map { (candidate: $0, distance: distance(wanted, comparable($0))) }
      .filter { $0.distance <= limit }
      .min { ($0.distance, $0.candidate) < ($1.distance, $1.candidate) }?.candidate
  }

  /// Cut before anything looks at all of it: a peer may send a name of megabytes.
  private static func comparable(_ name: String) -> [UInt8] {
    Array(String(decoding: name.utf8.prefix(longest), as: UTF8.self).lowercased().utf8)
  }

  /// Levenshtein's distance with swapped neighbours as one edit.
  private static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
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
