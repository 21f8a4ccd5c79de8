/// The last words of a tool server, for incidents: those end after a month, and events do not.
enum StderrEvidence {
  /// What a reason quotes of a server's stderr: at most ``Incident/evidenceLines`` and ``Incident/evidenceBytes``.
  static func lines(of reason: String) -> [String] {
    guard let announcement = reason.firstRange(of: "; its stderr ended with:") else { return [] }
    let lines = reason[announcement.upperBound...].split(whereSeparator: \.isNewline)
    var (kept, left): ([String], Int) = ([], Incident.evidenceBytes)
    for line in lines.suffix(Incident.evidenceLines).reversed() {
      let plain = withoutSecrets(line.plain(limit: 500))
      left -= plain.utf8.count
      if left < 0 { break }
      kept.insert(plain, at: 0)
    }
    return kept
  }

  private static let words = ["token", "secret", "passw", "apikey", "api_key", "api-key", "authorization", "bearer"]

  /// Values that configuration gave to the server are taken out where they are known; this is for others, which a line
  /// announces by a word: what follows it is left out.
  private static func withoutSecrets(_ line: String) -> String {
    let lowered = line.lowercased()
    guard lowered.utf8.count == line.utf8.count,
      let end = words.compactMap({ lowered.firstRange(of: $0)?.upperBound }).min()
    else { return lowered.utf8.count == line.utf8.count ? line : "(a line that cannot be searched for secrets)" }
    let length = lowered.utf8.distance(from: lowered.startIndex, to: end)
    let cut = line.utf8.index(line.startIndex, offsetBy: length)
    return cut == line.endIndex ? line : line[..<cut] + "… (left out)"
  }
}

extension Substring {
  /// Without control characters, at most so many scalars.
  func plain(limit: Int) -> String {
    let isPlain = { (scalar: Unicode.Scalar) in scalar.properties.generalCategory != .control }
    return String(String.UnicodeScalarView(unicodeScalars.lazy.filter(isPlain).prefix(limit)))
  }
}
