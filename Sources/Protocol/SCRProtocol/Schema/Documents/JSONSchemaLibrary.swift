/// Documents that a schema may refer to by their URI. The metaschemas of 2020-12 and draft-07 are always among them;
/// nothing is ever fetched.
package struct JSONSchemaLibrary: Sendable {
  private let documents: [String: JSONValue]

  /// The metaschemas alone.
  package static let standard = JSONSchemaLibrary([:])

  /// - Parameter documents: by the absolute URI, without a fragment, under which a reference finds them; each is known by
  ///   its own `$id` besides. They are read only once a schema refers to them.
  package init(_ documents: [String: JSONValue]) {
    var known = documents
    for (uri, document) in documents {
      guard let id = document["$id"]?.stringValue else { continue }
      let own = URIReference.split(URIReference.resolve(id, against: uri)).uri
      known[own] = known[own] ?? document
    }
    self.documents = known
  }

  func document(_ uri: String) -> JSONValue? { documents[uri] ?? Metaschemas.all[uri] }
}
