import SCRProtocol

/// What a role is told before anything else: a Markdown file with front matter (`key: value` lines between `---`).
///
/// ```
/// ---
/// description: Plans a goal.
/// temperature: 0.2
/// ---
/// You plan … {{tools}}
/// ```
///
/// `{{name}}` is replaced; a name that the role does not have is an error, so that a misspelt one is not sent as it stands.
package struct AgentPrompt: Sendable, Hashable {
  package var description: String
  package var settings: AgentModelSettings
  package var body: String

  /// Bytes of a file.
  package static let limit = 64 << 10
  static let members = ["description", "provider", "model", "temperature", "maxOutputTokens"]

  /// - Parameter placeholders: what the text may name; nil for anything.
  /// - Throws: ``PromptError`` naming the line.
  package init(_ source: String, placeholders: [String]?) throws(PromptError) {
    guard source.utf8.count <= Self.limit else {
      throw PromptError(line: 1, "the prompt has \(source.utf8.count) bytes, over the limit of \(Self.limit)")
    }
    var lines = source.split(separator: "\n", omittingEmptySubsequences: false)[...]
    guard lines.first == "---" else { throw PromptError(line: 1, "a prompt begins with front matter: a line ---") }
    lines = lines.dropFirst()
    description = ""
    settings = AgentModelSettings()
    while let line = lines.first, line != "---" {
      try Self.read(line, lines.startIndex + 1, &description, &settings)
      lines = lines.dropFirst()
    }
    guard lines.first == "---" else { throw PromptError(line: 1, "the front matter has no end: a line ---") }
    lines = lines.dropFirst()
    let first = lines.startIndex + 1
    body = lines.joined(separator: "\n")
    while body.hasPrefix("\n") { body.removeFirst() }
    while body.hasSuffix("\n") { body.removeLast() }
    if body.isEmpty { throw PromptError(line: first, "the prompt says nothing") }
    guard let known = placeholders.map(Set.init) else { return }
    for (line, name) in Self.names(in: lines.joined(separator: "\n"), from: first) where !known.contains(name) {
      throw PromptError(
        line: line, "unknown placeholder {{\(name.prefix(80))}}",
        hint: Suggestion.hint(name, among: known.sorted()) ?? "known are \(known.sorted().joined(separator: ", "))")
    }
  }

  private static func read(
    _ line: Substring, _ number: Int, _ description: inout String, _ settings: inout AgentModelSettings
  ) throws(PromptError) {
    if line.allSatisfy(\.isWhitespace) { return }
    guard let colon = line.firstIndex(of: ":") else {
      throw PromptError(line: number, "expected key: value", hint: "end the front matter with a line ---")
    }
    let key = String(line[..<colon])
    let value = String(line[line.index(after: colon)...].drop(while: \.isWhitespace))
    switch key {
    case "description": description = value
    case "provider": settings.provider = value
    case "model": settings.model = value
    case "temperature":
      guard let degree = Double(value), degree >= 0 else {
        throw PromptError(line: number, "temperature: expected a number from 0")
      }
      settings.temperature = degree
    case "maxOutputTokens":
      guard let tokens = Int(value), tokens > 0 else {
        throw PromptError(line: number, "maxOutputTokens: expected a whole number from 1")
      }
      settings.maxOutputTokens = tokens
    default:
      throw PromptError(
        line: number, "unknown member \"\(key.prefix(80))\"",
        hint: Suggestion.hint(key, among: members) ?? "known are \(members.joined(separator: ", "))")
    }
  }

  /// The text with its names replaced.
  package func rendered(_ values: [String: String]) -> String {
    Self.pieces(of: body).map { piece in
      switch piece {
      case .text(let text): String(text)
      case .name(let name): values[name] ?? ""
      }
    }.joined()
  }

  /// The names that the text has, each once, in their order.
  package var names: [String] {
    var names: [String] = []
    for case .name(let name) in Self.pieces(of: body) where !names.contains(name) { names.append(name) }
    return names
  }

  private enum Piece {
    case text(Substring)
    case name(String)
  }

  private static func pieces(of text: String) -> [Piece] {
    var pieces: [Piece] = []
    var rest = text[...]
    while let open = rest.firstRange(of: "{{"), let close = rest[open.upperBound...].firstRange(of: "}}") {
      pieces.append(.text(rest[..<open.lowerBound]))
      pieces.append(.name(rest[open.upperBound..<close.lowerBound].filter { !$0.isWhitespace }))
      rest = rest[close.upperBound...]
    }
    return pieces + [.text(rest)]
  }

  private static func names(in text: String, from first: Int) -> [(line: Int, name: String)] {
    var line = first
    var names: [(Int, String)] = []
    for piece in pieces(of: text) {
      switch piece {
      case .text(let text): line += text.count { $0 == "\n" }
      case .name(let name): names.append((line, name))
      }
    }
    return names
  }
}

/// What is wrong with a prompt file.
package struct PromptError: Error, Sendable, Hashable, CustomStringConvertible {
  /// From 1.
  package var line: Int
  package var message: String
  package var hint: String?

  init(line: Int, _ message: String, hint: String? = nil) {
    self.line = line
    self.message = message
    self.hint = hint
  }

  package var description: String { "\(line): \(message)" + (hint.map { " (\($0))" } ?? "") }
}
