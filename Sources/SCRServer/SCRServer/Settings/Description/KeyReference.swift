import SCRProtocol

/// Where a key is kept: `{ env: NAME }` or `{ file: PATH }`. Keys never stand in files of ours.
package enum KeyReference: Sendable, Hashable {
  case variable(String)
  /// Absolute, or below the home directory by `~/`.
  case file(String)

  var json: JSONValue {
    switch self {
    case .variable(let name): ["env": .string(name)]
    case .file(let path): ["file": .string(path)]
    }
  }

  /// As errors name it.
  package var place: String {
    switch self {
    case .variable(let name): "the environment variable \(name)"
    case .file(let path): "the file \(path)"
    }
  }
}

extension SettingKind where Value == KeyReference {
  static let key = SettingKind(
    label: "{ env: NAME } or { file: PATH }", parse: nil,
    decode: { json throws(SettingComplaint) in
      guard let object = json.objectValue else {
        throw SettingComplaint(
          .notAllowed, "a secret must not stand in a file",
          hint:
            "put it into an environment variable and write { env: NAME }, or into a file of its own and write { file: PATH }"
        )
      }
      if object["file"] == nil { return .variable(try SecretReference.decode(object).variable) }
      guard object.count == 1, let path = object["file"]?.stringValue,
        path.hasPrefix("/") || path.hasPrefix("~/"), !path.utf8.contains(0)
      else {
        throw SettingComplaint(.wrongType, "expected { file: PATH } with a path that begins with / or ~/")
      }
      return .file(path)
    }, encode: \.json)
}
