package import SCRProtocol

/// A YAML or JSON file as a value that remembers where each part of it stands.
package struct SourceDocument: Sendable, Hashable {
  /// An empty document is `.null`.
  package var value: JSONValue
  /// Where values begin, by path (`steps[2].arguments.path`).
  package var places: SourceMap
  /// Where keys begin, by the path of their value.
  package var keys: SourceMap

  /// Bytes of a file.
  package static let sizeLimit = 1 << 20
  /// Values in a file with its aliases written out, and their nesting.
  static let limits = JSONLimits(depth: 128, nodes: 100_000)

  /// - Parameter file: the name for errors; `.json` at its end means JSON, otherwise JSON is tried where the text
  ///   begins like it, since YAML lacks some of JSON's escapes.
  /// - Throws: ``SourceError`` with line and column: broken syntax, duplicate keys, a document that is too large.
  package static func parse(_ bytes: [UInt8], file: String) throws(SourceError) -> SourceDocument {
    let start = SourceOrigin.file(SourceLocation(file: file, line: 1, column: 1))
    guard bytes.count <= sizeLimit else {
      throw SourceError([SourceProblem(.tooLarge, at: start, "the file is larger than \(sizeLimit) bytes")])
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw SourceError([SourceProblem(.syntax, at: start, "the file is not UTF-8 text")])
    }
    if file.hasSuffix(".json") { return try json(text, file: file) }
    if let first = text.first(where: { !$0.isWhitespace }), first == "{" || first == "[",
      let located = try? LocatedJSON(text, file: file, limits: limits)
    {
      return try SourceDocument(located)
    }
    return try YAMLReader.read(text, file: file)
  }

  package static func parse(_ text: String, file: String) throws(SourceError) -> SourceDocument {
    try parse(Array(text.utf8), file: file)
  }

  private static func json(_ text: String, file: String) throws(SourceError) -> SourceDocument {
    let located: LocatedJSON
    do {
      located = try LocatedJSON(text, file: file, limits: limits)
    } catch {
      let place = SourceLocation(file: file, line: error.line, column: error.column)
      throw SourceError([SourceProblem(.syntax, at: .file(place), error.reason)])
    }
    return try SourceDocument(located)
  }

  private init(_ located: LocatedJSON) throws(SourceError) {
    guard located.duplicates.isEmpty else {
      throw SourceError(
        located.duplicates.map {
          SourceProblem(.duplicateKey, at: .file($0.place), path: $0.path, "the key is written twice")
        })
    }
    self.init(value: located.value, places: located.places, keys: located.keys)
  }

  package init(value: JSONValue, places: SourceMap = SourceMap(), keys: SourceMap = SourceMap()) {
    self.value = value
    self.places = places
    self.keys = keys
  }
}
