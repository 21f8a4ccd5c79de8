import SCRProtocol

/// The catalogue by key, to find what a document's keys mean.
struct SettingTree: Sendable {
  private(set) var setting: Setting<Settings>?
  private(set) var children: [(key: String, node: SettingTree)] = []

  init(_ settings: [Setting<Settings>]) {
    for setting in settings { insert(setting, setting.path.split(separator: ".").map(String.init)[...]) }
  }

  private init() {}

  private mutating func insert(_ setting: Setting<Settings>, _ path: ArraySlice<String>) {
    guard let key = path.first else {
      self.setting = setting
      return
    }
    let place = children.firstIndex { $0.key == key } ?? children.count
    if place == children.count { children.append((key, SettingTree())) }
    children[place].node.insert(setting, path.dropFirst())
  }

  /// The names that may follow are of the user's choice.
  var holdsRecords: Bool { children.first?.key == "*" }
  var keys: [String] { children.map(\.key) }

  subscript(key: String) -> SettingTree? {
    children.first { $0.key == key || $0.key == "*" }?.node
  }
}

/// Names of tool servers and model providers.
enum RecordName {
  static let rule = "a name has 1 to 32 letters, digits, underscores and hyphens"

  static func isValid(_ name: String) -> Bool {
    1...32 ~= name.utf8.count
      && name.utf8.allSatisfy {
        EnvironmentName.isLetterOrDigit($0) || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "-")
      }
  }
}
