import SCRProtocol

/// What a file that merely lies in the working directory may do to a setting.
package enum SettingConsent: Sendable, Hashable {
  case free
  /// It decides what runs, what is reachable or where secrets go: only after `scr mcp trust`.
  case required
  /// Never: the setting guards the record of consent itself.
  case never
}

/// Whether a setting has its effect yet.
package enum SettingStatus: Sendable, Hashable {
  case effective
  /// Read and checked; nothing uses it yet.
  case checkedOnly
  /// Fixed by name; setting it is an error until it works.
  case refused
}

/// What documentation and errors say of a setting, whatever its type.
package struct SettingTraits: Sendable, Hashable {
  /// One sentence.
  var sentence: String
  var label: String
  /// The flag that sets it, for the commands that have it.
  var flag: String?
  var consent = SettingConsent.free
  package var status = SettingStatus.effective
  /// A change counts from the next start only.
  package var needsRestart = false
  /// Stands in the documentation where the default is computed.
  var computedDefault: String?
  /// A value for the example file where the default is nothing.
  var example: JSONValue?
  var isPath = false
}

/// The only description of one setting. Decoding of files, environment and flags, `scr config show`, the example file
/// and the table of the documentation all follow it.
package struct Setting<Root: Sendable>: Sendable {
  /// `queue.maxSize`; a `*` stands for the name of a record (`mcp.servers.*.command`).
  package var path: String
  package var traits: SettingTraits
  let parse: (@Sendable (String) -> JSONValue)?
  /// Stores a value in the record of the given name; the name is empty without a `*`.
  let apply: @Sendable (JSONValue, String, inout Root) throws(SettingComplaint) -> Void
  /// `.null` for nothing.
  let read: @Sendable (Root, String) -> JSONValue

  init<Value: Sendable>(
    _ path: String, _ key: any WritableKeyPath<Root, Value> & Sendable, _ kind: SettingKind<Value>, _ sentence: String,
    flag: String? = nil, consent: SettingConsent = .free, status: SettingStatus = .effective,
    needsRestart: Bool = false, computedDefault: String? = nil, example: JSONValue? = nil
  ) {
    self.path = path
    traits = SettingTraits(
      sentence: sentence, label: kind.label, flag: flag, consent: consent, status: status, needsRestart: needsRestart,
      computedDefault: computedDefault, example: example, isPath: kind.isPath)
    parse = kind.parse
    apply = { (json, _, root) throws(SettingComplaint) in root[keyPath: key] = try kind.decode(json) }
    read = { root, _ in kind.encode(root[keyPath: key]) }
  }

  /// A setting that may be absent.
  init<Value: Sendable>(
    _ path: String, _ key: any WritableKeyPath<Root, Value?> & Sendable, _ kind: SettingKind<Value>, _ sentence: String,
    flag: String? = nil, consent: SettingConsent = .free, status: SettingStatus = .effective,
    needsRestart: Bool = false, computedDefault: String? = nil, example: JSONValue? = nil
  ) {
    self.path = path
    traits = SettingTraits(
      sentence: sentence, label: kind.label, flag: flag, consent: consent, status: status, needsRestart: needsRestart,
      computedDefault: computedDefault, example: example, isPath: kind.isPath)
    parse = kind.parse
    apply = { (json, _, root) throws(SettingComplaint) in root[keyPath: key] = try kind.decode(json) }
    read = { root, _ in root[keyPath: key].map(kind.encode) ?? .null }
  }

  /// A name that is reserved and refused for now.
  init(refused path: String, _ sentence: String) {
    self.path = path
    traits = SettingTraits(sentence: sentence, label: "", status: .refused)
    parse = nil
    apply = { (_, _, _) throws(SettingComplaint) in
      throw SettingComplaint(.notSupported, "not supported yet", hint: "remove it")
    }
    read = { _, _ in .null }
  }

  init(
    path: String, traits: SettingTraits, parse: (@Sendable (String) -> JSONValue)?,
    apply: @escaping @Sendable (JSONValue, String, inout Root) throws(SettingComplaint) -> Void,
    read: @escaping @Sendable (Root, String) -> JSONValue
  ) {
    self.path = path
    self.traits = traits
    self.parse = parse
    self.apply = apply
    self.read = read
  }

  /// `SCR_QUEUE_MAX_SIZE`; nil for settings of records and for values that have no form there.
  package var environmentName: String? {
    guard parse != nil, !path.contains("*") else { return nil }
    return "SCR_"
      + path.reduce(into: "") { name, letter in
        if letter.isUppercase { name += "_" }
        name += letter == "." ? "_" : letter.uppercased()
      }
  }
}
