import SCRProtocol

/// Which zone somebody may have meant.
enum ZoneSuggestion {
  /// The same zone or place in another spelling (`berlin`, `new york`), or the one with the fewest typing errors.
  static func nearest(to name: String, in names: [String]) -> String? {
    let wanted = plain(name)
    if let same = names.first(where: { plain($0) == wanted || place($0) == wanted }) { return same }
    if let zone = Suggestion.nearest(to: name, among: names) { return zone }
    let nearest = Suggestion.nearest(to: wanted, among: names.map(place))
    return nearest.flatMap { nearest in names.first { place($0) == nearest } }
  }

  private static func plain(_ name: String) -> String {
    String(name.lowercased().map { $0 == " " || $0 == "-" ? "_" : $0 })
  }

  private static func place(_ name: String) -> String { String(plain(name).split(separator: "/").last ?? "") }
}
