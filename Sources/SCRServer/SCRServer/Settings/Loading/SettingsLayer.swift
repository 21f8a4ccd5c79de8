import SCRProtocol

/// One value for one setting, not yet checked.
struct Assignment: Sendable {
  /// The setting's path with the record's name in it.
  let path: String
  let setting: Setting<Settings>
  let record: String
  let value: JSONValue
  let origin: SourceOrigin
  /// Where parts of the value stand, for values from files.
  var places = SourceMap()

  func problem(_ complaint: SettingComplaint) -> SourceProblem {
    let place = complaint.subpath.isEmpty ? nil : places[path + complaint.subpath]
    return SourceProblem(
      complaint.code, at: place.map { .file($0) } ?? origin, path: path + complaint.subpath, complaint.message,
      hint: complaint.hint)
  }
}

/// What one source says, in its order.
struct SettingsLayer: Sendable {
  var assignments: [Assignment] = []
  var problems: [SourceProblem] = []

  private static let tree = SettingTree(Settings.catalogue)

  /// - Parameter resolve: makes a path absolute as the file means it.
  init(_ document: SourceDocument, resolve: (String) -> String) {
    walk(document.value, Self.tree, path: "", record: "", document, resolve)
  }

  init() {}

  private mutating func walk(
    _ value: JSONValue, _ tree: SettingTree, path: String, record: String, _ document: SourceDocument,
    _ resolve: (String) -> String
  ) {
    let origin = document.places[path].map { SourceOrigin.file($0) } ?? .standard
    if let setting = tree.setting {
      var value = value
      if setting.traits.isPath, let text = value.stringValue, !text.isEmpty { value = .string(resolve(text)) }
      assignments.append(
        Assignment(
          path: path, setting: setting, record: record, value: value, origin: origin, places: document.places))
      return
    }
    if value.isNull { return }
    guard let object = value.objectValue else {
      problems.append(
        SourceProblem(.wrongType, at: origin, path: path, "expected a map of settings, found \(value.typeName)"))
      return
    }
    for field in object {
      let member = path.isEmpty ? field.key : "\(path).\(field.key)"
      guard let child = known(field.key, tree, member, document) else { continue }
      walk(
        field.value, child, path: member, record: tree.holdsRecords ? field.key : record, document, resolve)
    }
  }

  private mutating func known(
    _ key: String, _ tree: SettingTree, _ path: String, _ document: SourceDocument
  ) -> SettingTree? {
    let origin = document.keys[path].map { SourceOrigin.file($0) } ?? .standard
    if tree.holdsRecords, !RecordName.isValid(key) {
      problems.append(
        SourceProblem(.outOfRange, at: origin, path: path, "\"\(key)\" is no valid name", hint: RecordName.rule))
      return nil
    }
    if let child = tree[key] { return child }
    problems.append(
      SourceProblem(
        .unknownKey, at: origin, path: path, "unknown setting",
        hint: Suggestion.hint(key, among: tree.keys) ?? "known here are \(tree.keys.joined(separator: ", "))"))
    return nil
  }
}
