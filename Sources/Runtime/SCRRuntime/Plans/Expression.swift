package import SCRProtocol

/// What stands between `${` and `}`: a path into inputs or a step's value, with an optional default (interface.md §5).
package struct Expression: Sendable, Hashable {
  package enum Root: Sendable, Hashable {
    case inputs
    case step(String)
  }

  package enum Part: Sendable, Hashable {
    case name(String)
    case index(Int)
    case length
  }

  package var root: Root
  package var parts: [Part]
  package var fallback: JSONValue?
  /// As it was written, for errors.
  package var source: String
}

extension Expression {
  static let maxParts = 64

  /// - Parameter text: what stands between `${` and `}`.
  init(parsing text: String) throws(TemplateError) {
    var path = Substring(text)
    var fallback: JSONValue?
    if let range = Self.defaultMark(in: text) {
      path = text[..<range.lowerBound]
      let literal = text[range.upperBound...]
      do throws(JSONParseError) { fallback = try JSONParser.parse(String(literal)) } catch {
        throw TemplateError("the default in ${\(text)} is not JSON: \(error.reason)")
      }
    }
    var reader = PathReader(path, in: text)
    self.init(root: try reader.root(), parts: try reader.parts(), fallback: fallback, source: text)
  }

  /// `??` outside of quotes.
  private static func defaultMark(in text: String) -> Range<String.Index>? {
    var inQuotes = false
    var escaped = false
    var index = text.startIndex
    while index < text.endIndex {
      let next = text.index(after: index)
      if text[index] == "\"", !escaped { inQuotes.toggle() }
      escaped = text[index] == "\\" && !escaped
      if !inQuotes, text[index] == "?", next < text.endIndex, text[next] == "?" {
        return index..<text.index(after: next)
      }
      index = next
    }
    return nil
  }

  /// - Throws: ``TemplateError`` naming the path where it leads nowhere and has no default.
  package func value(in scope: TemplateScope) throws(TemplateError) -> JSONValue {
    var current: JSONValue?
    switch root {
    case .inputs: current = .object(scope.inputs)
    case .step(let id): current = scope.steps[id]
    }
    for part in parts {
      guard let value = current else { break }
      current = Self.follow(part, in: value)
    }
    if let current { return current }
    if let fallback { return fallback }
    throw TemplateError("${\(source)} leads nowhere and has no default (write ${\(source) ?? \"…\"} to give one)")
  }

  private static func follow(_ part: Part, in value: JSONValue) -> JSONValue? {
    switch (part, value) {
    case (.name(let name), .object(let fields)): fields[name]
    // Spelt out: a bare nil would be read as JSON's null, and a missing element as a present one.
    case (.index(let index), .array(let values)): values.indices.contains(index) ? .some(values[index]) : .none
    case (.length, .array(let values)): JSONValue(values.count)
    case (.length, .object(let fields)): fields["length"] ?? JSONValue(fields.count)
    case (.length, .string(let text)): JSONValue(text.count)
    default: nil
    }
  }
}

/// Reads `inputs.a["b c"][0].length`.
private struct PathReader {
  private var rest: Substring
  private let source: String

  init(_ path: Substring, in source: String) {
    rest = path.drop { $0 == " " }
    while rest.last == " " { rest.removeLast() }
    self.source = source
  }

  mutating func root() throws(TemplateError) -> Expression.Root {
    switch name() {
    case "inputs": return .inputs
    case "steps":
      guard rest.first == "." else { throw error("expected steps.<id>") }
      rest.removeFirst()
      let id = name()
      if id.isEmpty { throw error("expected steps.<id>") }
      return .step(id)
    default: throw error("a path begins with inputs or steps.<id>")
    }
  }

  mutating func parts() throws(TemplateError) -> [Expression.Part] {
    var parts: [Expression.Part] = []
    while let mark = rest.first {
      if parts.count >= Expression.maxParts { throw error("more than \(Expression.maxParts) parts") }
      rest.removeFirst()
      switch mark {
      case ".":
        let name = name()
        if name.isEmpty { throw error("expected a name after '.'") }
        parts.append(name == "length" ? .length : .name(name))
      case "[": parts.append(try subscripted())
      default: throw error("unexpected '\(mark)'")
      }
    }
    return parts
  }

  private mutating func subscripted() throws(TemplateError) -> Expression.Part {
    guard let end = rest.first == "\"" ? closingBracket() : rest.firstIndex(of: "]") else {
      throw error("'[' without ']'")
    }
    let inner = rest[..<end]
    rest = rest[rest.index(after: end)...]
    if inner.allSatisfy(\.isWholeNumber), let index = Int(inner) { return .index(index) }
    guard let name = (try? JSONParser.parse(String(inner)))?.stringValue else {
      throw error("expected an index or a name in quotes between '[' and ']'")
    }
    return .name(name)
  }

  private func closingBracket() -> Substring.Index? {
    var escaped = false
    var quotes = 0
    for index in rest.indices {
      if quotes == 2 { return rest[index] == "]" ? index : nil }
      if rest[index] == "\"", !escaped { quotes += 1 }
      escaped = rest[index] == "\\" && !escaped
    }
    return nil
  }

  private mutating func name() -> String {
    let name = rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "-" || $0 == "$" }
    rest = rest[name.endIndex...]
    return String(name)
  }

  private func error(_ message: String) -> TemplateError { TemplateError("\(message) in ${\(source)}") }
}

/// Why an expression cannot be read or has no value.
package struct TemplateError: Error, Sendable, Hashable, CustomStringConvertible {
  package let message: String
  /// `invalid_input`, or `too_large` for a value over its limits.
  package let kind: ErrorKind

  init(_ message: String, kind: ErrorKind = .invalidInput) {
    self.message = message
    self.kind = kind
  }

  package var description: String { message }
}

/// What expressions may refer to while a task runs.
package struct TemplateScope: Sendable {
  package var inputs: JSONObject
  /// The values of the completed steps, in ``ToolResult/json``'s shape.
  package var steps: [String: JSONValue]

  package init(inputs: JSONObject, steps: [String: JSONValue]) {
    self.inputs = inputs
    self.steps = steps
  }
}
