package import SCRProtocol

/// The agents of the owner of a state directory at one moment, as others find them in the store.
package struct AgentPicture: Sendable, Hashable {
  package static let id = "owner"

  package var incarnation: Incarnation
  package var processID: Int32?
  /// The moment of the last change.
  package var at: Timestamp
  /// ``SupervisionTree/json(now:limit:)``.
  package var tree: JSONValue

  package init(incarnation: Incarnation, processID: Int32?, at: Timestamp, tree: JSONValue) {
    self.incarnation = incarnation
    self.processID = processID
    self.at = at
    self.tree = tree
  }

  /// `{incarnation, pid?, at, tree}`.
  package var json: JSONValue {
    var fields: JSONObject = ["incarnation": .string(incarnation.text)]
    fields["pid"] = processID.map { .integer(Int64($0)) }
    fields["at"] = .string(at.description)
    fields["tree"] = tree
    return .object(fields)
  }

  package init?(json: JSONValue) {
    guard let incarnation = json["incarnation"]?.stringValue, let tree = json["tree"],
      let at = json["at"]?.stringValue.flatMap({ Timestamp($0) })
    else { return nil }
    self.init(
      incarnation: Incarnation(incarnation),
      processID: json["pid"]?.integerValue.flatMap { Int32(exactly: $0) }, at: at, tree: tree)
  }
}
