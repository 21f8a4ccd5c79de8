extension JSONValue {
  /// JSON for people: two spaces of indent, one member or element a line, keys in their order, a newline at the end.
  /// Equal texts for equal values with equal order, so that generated files can be compared byte by byte.
  package var prettyText: String {
    var text = ""
    write(to: &text, indent: "")
    return text + "\n"
  }

  private func write(to text: inout String, indent: String) {
    let inner = indent + "  "
    switch self {
    case .array(let values) where !values.isEmpty:
      var separator = "[\n"
      for value in values {
        text += separator + inner
        value.write(to: &text, indent: inner)
        separator = ",\n"
      }
      text += "\n" + indent + "]"
    case .object(let fields) where !fields.isEmpty:
      var separator = "{\n"
      for field in fields {
        text += separator + inner + JSONValue.string(field.key).jsonText + ": "
        field.value.write(to: &text, indent: inner)
        separator = ",\n"
      }
      text += "\n" + indent + "}"
    default: text += jsonText
    }
  }
}
