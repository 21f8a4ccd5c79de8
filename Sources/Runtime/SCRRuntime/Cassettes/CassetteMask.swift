package import SCRProtocol

/// Replaces secrets in a value: those that are known, and what looks like one. The same secret becomes the same word
/// everywhere, so that what follows from it still does.
package struct CassetteMask: Sendable {
  /// Shorter texts are words of any language.
  package static let shortest = 8

  private var names: [String: String] = [:]
  private let known: [String]

  /// - Parameter secrets: those shorter than ``shortest`` are passed over.
  package init(_ secrets: [String]) {
    // Of two that begin alike the longer has to go first.
    known = Set(secrets).filter { $0.utf8.count >= Self.shortest }.sorted { ($1.utf8.count, $0) < ($0.utf8.count, $1) }
  }

  /// How many secrets were found.
  package var count: Int { names.count }

  /// Keys stay as they are.
  package mutating func masking(_ value: JSONValue) -> JSONValue {
    switch value {
    case .string(let text): return .string(masking(text))
    case .array(let values):
      var masked: [JSONValue] = []
      for value in values { masked.append(masking(value)) }
      return .array(masked)
    case .object(let fields):
      var masked: [JSONField] = []
      for field in fields { masked.append(JSONField(key: field.key, value: masking(field.value))) }
      return .object(JSONObject(masked))
    default: return value
    }
  }

  package mutating func masking(_ text: String) -> String {
    guard text.utf8.count >= Self.shortest else { return text }
    var text = text
    for secret in known where text.contains(secret) {
      text = text.split(separator: secret, omittingEmptySubsequences: false).joined(separator: name(of: secret))
    }
    let found = SecretPattern.secrets(in: text)
    for secret in found {
      text = text.split(separator: secret, omittingEmptySubsequences: false).joined(separator: name(of: secret))
    }
    return text
  }

  private mutating func name(of secret: String) -> String {
    if let name = names[secret] { return name }
    let name = "[masked \(names.count + 1)]"
    names[secret] = name
    return name
  }
}

/// What keys, tokens and passwords look like.
enum SecretPattern {
  /// Beginnings of tokens as their makers write them, with how long they are at least.
  private static let tokens: [(prefix: String, length: Int)] = [
    ("sk-", 20), ("sk_live_", 20), ("rk_live_", 20), ("ghp_", 30), ("gho_", 30), ("ghs_", 30), ("github_pat_", 30),
    ("glpat-", 20), ("xoxb-", 20), ("xoxp-", 20), ("AKIA", 20), ("ASIA", 20), ("AIza", 35), ("hf_", 30), ("npm_", 30),
    ("eyJ", 60),
  ]

  /// Each once, in the order in which they stand.
  static func secrets(in text: String) -> [String] {
    var found: [String] = []
    func add(_ secret: some StringProtocol) {
      let secret = String(secret)
      if !found.contains(secret) { found.append(secret) }
    }
    for word in text.split(whereSeparator: { !isOfToken($0) }) {
      if tokens.contains(where: { word.hasPrefix($0.prefix) && word.utf8.count >= $0.length }) { add(word) }
    }
    for match in text.matches(of: /(?i)\bbearer\s+([A-Za-z0-9._~+\/=-]{16,})/) { add(match.1) }
    for match in text.matches(of: /[a-z][a-z0-9+.-]*:\/\/[^\s\/:@"']*:([^\s\/@"']{4,})@/) { add(match.1) }
    for match in text.matches(of: /-----BEGIN [A-Z ]*PRIVATE KEY-----[^-]+-----END [A-Z ]*PRIVATE KEY-----/) {
      add(match.0)
    }
    return found
  }

  private static func isOfToken(_ character: Character) -> Bool {
    character.isASCII
      && (character.isLetter || character.isNumber || character == "_" || character == "-" || character == ".")
  }
}
