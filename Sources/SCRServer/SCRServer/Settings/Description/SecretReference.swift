import SCRProtocol

/// The name of the environment variable that holds a secret: `{ env: NAME }`. Secrets never stand in files of ours.
package struct SecretReference: Sendable, Hashable {
  package let variable: String
  package init(variable: String) { self.variable = variable }

  var json: JSONValue { ["env": .string(variable)] }

  static func decode(_ object: JSONObject, subpath: String = "") throws(SettingComplaint) -> SecretReference {
    guard object.count == 1, let name = object["env"]?.stringValue, EnvironmentName.isValid(name) else {
      throw SettingComplaint(
        .wrongType, "expected { env: NAME } with the name of an environment variable", subpath: subpath)
    }
    return SecretReference(variable: name)
  }
}

/// A value for a child's environment or a request's header: text as it is, or taken from a variable of ours.
package enum EntryValue: Sendable, Hashable {
  case literal(String)
  case variable(SecretReference)

  var json: JSONValue {
    switch self {
    case .literal(let text): .string(text)
    case .variable(let reference): reference.json
    }
  }
}

extension SettingKind where Value == [String: EntryValue] {
  static let entries = SettingKind(
    label: "map of names to strings or { env: NAME }", parse: nil,
    decode: { json throws(SettingComplaint) in
      guard let object = json.objectValue else { throw .wrongType("a map", json) }
      var entries: [String: EntryValue] = [:]
      for field in object {
        switch field.value {
        case .string(let text): entries[field.key] = .literal(text)
        case .object(let reference):
          entries[field.key] = .variable(try SecretReference.decode(reference, subpath: ".\(field.key)"))
        default: throw .wrongType("a string", field.value, subpath: ".\(field.key)")
        }
      }
      return entries
    },
    encode: { entries in
      .object(JSONObject(entries.sorted { $0.key < $1.key }.map { JSONField(key: $0.key, value: $0.value.json) }))
    })
}
