import SCRProtocol
import SCRRuntime

/// A Markdown file that begins with YAML between two lines `---`. Places are those of the whole file.
struct FrontMatter: Sendable {
  let file: String
  private let document: SourceDocument
  /// Without empty lines around it.
  let body: String
  private(set) var problems: [SourceProblem] = []

  /// - Throws: ``SourceError`` for what has no front matter, and for YAML that cannot be read.
  init(_ bytes: [UInt8], file: String) throws(SourceError) {
    self.file = file
    func broken(_ line: Int, _ message: String, hint: String? = nil) -> SourceError {
      SourceError([
        SourceProblem(
          .syntax, at: .file(SourceLocation(file: file, line: line, column: 1)), message, hint: hint)
      ])
    }
    guard let text = String(validating: bytes.filter { $0 != UInt8(ascii: "\r") }, as: UTF8.self) else {
      throw broken(1, "the file is not UTF-8 text")
    }
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    guard lines.first == "---" else {
      throw broken(1, "the file has no front matter", hint: "begin it with a line ---, then name: and description:")
    }
    guard let end = lines.dropFirst().firstIndex(of: "---") else {
      throw broken(1, "the front matter has no end", hint: "end it with a line ---")
    }
    // An empty line in the place of the first one keeps the numbers of the others.
    document = try SourceDocument.parse("\n" + lines[1..<end].joined(separator: "\n"), file: file)
    var rest = lines[(end + 1)...]
    while rest.first?.allSatisfy(\.isWhitespace) == true { rest.removeFirst() }
    while rest.last?.allSatisfy(\.isWhitespace) == true { rest.removeLast() }
    body = rest.joined(separator: "\n")
    if document.value.objectValue == nil { throw broken(2, "the front matter is no map of keys and values") }
  }

  // MARK: Members

  var fields: JSONObject { document.value.objectValue ?? [:] }

  mutating func complain(
    _ code: SourceProblem.Code, _ path: String, _ message: String, hint: String? = nil, atKey: Bool = false
  ) {
    let start = SourceLocation(file: file, line: 1, column: 1)
    let place = (atKey ? document.keys[path] : document.places[path]) ?? start
    problems.append(SourceProblem(code, at: .file(place), path: path, message, hint: hint))
  }

  mutating func refuseUnknown(_ known: [String]) {
    for key in fields.keys where !known.contains(key) {
      complain(
        .unknownKey, key, "unknown member",
        hint: Suggestion.hint(key, among: known) ?? "known are \(known.joined(separator: ", "))", atKey: true)
    }
  }

  mutating func text(_ key: String, limit: Int, isNeeded: Bool = false) -> String? {
    guard let value = fields[key] else {
      if isNeeded { complain(.missing, key, "is missing") }
      return nil
    }
    guard let text = value.stringValue else {
      complain(.wrongType, key, "expected a string, found \(value.isNull ? "nothing" : value.typeName)")
      return nil
    }
    guard !text.allSatisfy(\.isWhitespace), text.utf8.count <= limit else {
      complain(.outOfRange, key, text.utf8.count > limit ? "has more than \(limit) bytes" : "is empty")
      return nil
    }
    return text
  }

  mutating func texts(_ key: String) -> [String]? {
    guard let value = fields[key] else { return nil }
    guard let values = value.arrayValue else {
      complain(.wrongType, key, "expected a list of strings, found \(value.typeName)", hint: "such as [\"files.*\"]")
      return nil
    }
    var texts: [String] = []
    for (place, value) in values.enumerated() {
      if let text = value.stringValue, !text.isEmpty {
        texts.append(text)
      } else {
        complain(.wrongType, "\(key)[\(place)]", "expected a string, found \(value.typeName)")
      }
    }
    return texts
  }

  mutating func whole(_ key: String, _ range: ClosedRange<Int>) -> Int? {
    guard let value = fields[key] else { return nil }
    if let number = value.integerValue.flatMap({ Int(exactly: $0) }), range.contains(number) { return number }
    complain(.outOfRange, key, "expected a whole number from \(range.lowerBound) to \(range.upperBound)")
    return nil
  }

  mutating func number(_ key: String, _ range: ClosedRange<Double>) -> Double? {
    guard let value = fields[key] else { return nil }
    if let number = value.doubleValue, range.contains(number) { return number }
    complain(.outOfRange, key, "expected a number from \(range.lowerBound) to \(range.upperBound)")
    return nil
  }

  mutating func word(_ key: String, among words: [String]) -> String? {
    guard let text = text(key, limit: 256) else { return nil }
    if words.contains(text) { return text }
    complain(
      .outOfRange, key, "\"\(text.prefix(80))\" is none of \(words.joined(separator: ", "))",
      hint: Suggestion.hint(text, among: words))
    return nil
  }

  mutating func budget(_ key: String) -> Budget? {
    guard let value = fields[key] else { return nil }
    do throws(ShapeError) { return try Budget(json: value, path: key) } catch {
      complain(.outOfRange, error.path, error.message, hint: error.hint)
      return nil
    }
  }

  /// - Throws: everything that is wrong.
  func check() throws(SourceError) { if !problems.isEmpty { throw SourceError(problems) } }
}
