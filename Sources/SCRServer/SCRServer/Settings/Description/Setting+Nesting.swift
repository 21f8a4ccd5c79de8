import SCRProtocol

extension Setting {
  /// The settings of a part, under a name.
  static func section<Part: Sendable>(
    _ name: String, _ key: any WritableKeyPath<Root, Part> & Sendable, _ settings: [Setting<Part>]
  ) -> [Setting] {
    settings.map { setting in
      Setting(
        path: "\(name).\(setting.path)", traits: setting.traits, parse: setting.parse,
        apply: { (json, record, root) throws(SettingComplaint) in
          try setting.apply(json, record, &root[keyPath: key])
        },
        read: { root, record in setting.read(root[keyPath: key], record) })
    }
  }

  /// The settings of records that have names of the user's choice.
  static func records<Record: Sendable>(
    _ name: String, _ key: any WritableKeyPath<Root, [String: Record]> & Sendable,
    empty: @escaping @Sendable () -> Record, _ settings: [Setting<Record>]
  ) -> [Setting] {
    settings.map { setting in
      Setting(
        path: "\(name).*.\(setting.path)", traits: setting.traits, parse: nil,
        apply: { (json, record, root) throws(SettingComplaint) in
          try setting.apply(json, "", &root[keyPath: key][record, default: empty()])
        },
        read: { root, record in setting.read(root[keyPath: key][record] ?? empty(), "") })
    }
  }
}
