package import SCRProtocol

/// A string of a plan, cut into literal text and expressions.
package struct Template: Sendable, Hashable {
  package enum Piece: Sendable, Hashable {
    case text(String)
    case expression(Expression)
  }

  package let pieces: [Piece]

  /// Bytes that one inserted value may have as text.
  package static let insertLimit = 1 << 20
  /// Bytes that a text may have with all its insertions.
  package static let textLimit = 8 << 20

  /// `${…}` is an expression, `$${` stands for `${`.
  package init(_ text: String) throws(TemplateError) {
    var pieces: [Piece] = []
    var literal = ""
    var rest = Substring(text)
    while let dollar = rest.firstIndex(of: "$") {
      literal += rest[..<dollar]
      rest = rest[dollar...]
      if rest.hasPrefix("$${") {
        literal += "${"
        rest = rest.dropFirst(3)
      } else if rest.hasPrefix("${") {
        guard let end = Self.closingBrace(in: rest) else {
          throw TemplateError("${ without } in \"\(text.prefix(80))\" (write $${ for the characters themselves)")
        }
        if !literal.isEmpty { pieces.append(.text(literal)) }
        literal = ""
        pieces.append(
          .expression(try Expression(parsing: String(rest[rest.index(rest.startIndex, offsetBy: 2)..<end]))))
        rest = rest[rest.index(after: end)...]
      } else {
        literal.append("$")
        rest = rest.dropFirst()
      }
    }
    literal += rest
    if !literal.isEmpty { pieces.append(.text(literal)) }
    self.pieces = pieces
  }

  private static func closingBrace(in text: Substring) -> Substring.Index? {
    var inQuotes = false
    var depth = 0
    var escaped = false
    for index in text.indices {
      switch text[index] {
      case "\"" where !escaped: inQuotes.toggle()
      case "{" where !inQuotes: depth += 1
      case "}" where !inQuotes:
        depth -= 1
        if depth == 0 { return index }
      default: break
      }
      escaped = text[index] == "\\" && !escaped
    }
    return nil
  }

  package var expressions: [Expression] {
    pieces.compactMap { if case .expression(let expression) = $0 { expression } else { nil } }
  }

  /// A lone expression keeps its value's JSON type; otherwise values are inserted as text, objects and arrays as JSON.
  package func value(in scope: TemplateScope) throws(TemplateError) -> JSONValue {
    if pieces.count == 1, case .expression(let expression) = pieces[0] { return try expression.value(in: scope) }
    var text = ""
    for piece in pieces {
      switch piece {
      case .text(let literal): text += literal
      case .expression(let expression): text += try Self.text(try expression.value(in: scope), expression)
      }
      guard text.utf8.count <= Self.textLimit else {
        throw TemplateError(
          "the text with its values is over the limit of \(Self.textLimit >> 20) MiB", kind: .tooLarge)
      }
    }
    return .string(text)
  }

  private static func text(_ value: JSONValue, _ expression: Expression) throws(TemplateError) -> String {
    let text = value.stringValue ?? value.jsonText
    guard text.utf8.count <= insertLimit else {
      throw TemplateError(
        "the value of ${\(expression.source)} is over the limit of 1 MiB for inserted text", kind: .tooLarge)
    }
    return text
  }
}

extension JSONValue {
  /// Every string within the value as a template, with its path.
  package func templates(path: String) -> [(path: String, text: String)] {
    switch self {
    case .string(let text): [(path, text)]
    case .array(let values): values.enumerated().flatMap { $1.templates(path: "\(path)[\($0)]") }
    case .object(let fields): fields.flatMap { $0.value.templates(path: "\(path).\($0.key)") }
    default: []
    }
  }
}
