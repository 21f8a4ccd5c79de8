/// The folders that a client works in (MCP `ListRootsResult`).
package struct ListRootsResult: Sendable, Hashable {
  package struct Root: Sendable, Hashable {
    /// Begins with `file://`.
    package var uri: String
    package var name: String?

    package init(uri: String, name: String? = nil) {
      self.uri = uri
      self.name = name
    }
  }

  package var roots: [Root]

  package init(_ roots: [Root]) { self.roots = roots }

  /// Nil for what is no such result.
  package init?(_ value: JSONValue) {
    guard let roots = value["roots"]?.arrayValue else { return nil }
    let read = roots.compactMap { root in
      root["uri"]?.stringValue.map { Root(uri: $0, name: root["name"]?.stringValue) }
    }
    guard read.count == roots.count else { return nil }
    self.init(read)
  }

  package var json: JSONValue {
    let roots = roots.map { root -> JSONValue in
      var fields: JSONObject = ["uri": .string(root.uri)]
      fields["name"] = root.name.map { .string($0) }
      return .object(fields)
    }
    return ["roots": .array(roots)]
  }
}
