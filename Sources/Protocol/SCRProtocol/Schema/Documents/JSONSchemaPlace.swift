/// Where a subschema stands: a document, and the tokens of a JSON Pointer from its root.
struct JSONSchemaPlace: Hashable {
  /// 0 is the schema that is compiled; the others are known documents that it refers to.
  var document = 0
  var steps: [String] = []

  static func + (place: Self, steps: [String]) -> Self {
    Self(document: place.document, steps: place.steps + steps)
  }

  /// `#/properties/a~1b`.
  var pointer: String {
    steps.reduce(into: "#") {
      $0 += "/" + $1.replacing("~", with: "~0").replacing("/", with: "~1")
    }
  }
}
