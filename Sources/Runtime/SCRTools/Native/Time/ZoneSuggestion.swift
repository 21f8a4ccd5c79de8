/// Which name somebody may have meant.
enum ZoneSuggestion {
  /// The same place with another spelling, or the name with the fewest typing errors, up to a third of its length.
  static func nearest(to name: String, in names: [String]) -> String? {
    let wanted = plain(name)
    if let same = names.first(where: { plain($0) == wanted || place($0) == wanted }) { return same }
    let scored = names.map { (name: $0, errors: min(distance(wanted, plain($0)), distance(wanted, place($0)))) }
    guard let best = scored.min(by: { $0.errors < $1.errors }), best.errors * 3 <= wanted.count else { return nil }
    return best.name
  }

  private static func plain(_ name: String) -> [UInt8] {
    name.lowercased().utf8.map { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "-") ? UInt8(ascii: "_") : $0 }
  }

  private static func place(_ name: String) -> [UInt8] {
    Array(plain(name).split(separator: UInt8(ascii: "/")).last ?? [])
  }

  /// Insertions, deletions and replacements that make one of the other.
  private static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
    var row = Array(0...right.count)
    for (place, byte) in left.enumerated() {
      var diagonal = row[0]
      row[0] = place + 1
      for column in right.indices {
        let replaced = diagonal + (right[column] == byte ? 0 : 1)
        diagonal = row[column + 1]
        row[column + 1] = Swift.min(replaced, diagonal + 1, row[column] + 1)
      }
    }
    return row[right.count]
  }
}
