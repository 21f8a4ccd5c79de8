/// Where a value stands in a file that a person wrote. Lines and columns are 1-based.
package struct SourceLocation: Sendable, Hashable, CustomStringConvertible {
  package var file: String
  package var line: Int
  package var column: Int

  package init(file: String, line: Int, column: Int) {
    self.file = file
    self.line = line
    self.column = column
  }

  package var description: String { "\(file):\(line):\(column)" }
}

/// The places of a document's values and keys, by path (`steps[2].arguments.path`; the root is the empty path).
///
/// A document that came over the wire has an empty map: errors then name the path alone.
package struct SourceMap: Sendable, Hashable {
  private var locations: [String: SourceLocation]

  package init(_ locations: [String: SourceLocation] = [:]) { self.locations = locations }

  /// The place of the value at `path`, or of its nearest ancestor that has one.
  package subscript(path: String) -> SourceLocation? {
    var path = Substring(path)
    while true {
      if let location = locations[String(path)] { return location }
      guard let cut = path.lastIndex(where: { $0 == "." || $0 == "[" }) else { break }
      path = path[..<cut]
    }
    return locations[""]
  }

  package mutating func record(_ location: SourceLocation, at path: String) { locations[path] = location }
}
