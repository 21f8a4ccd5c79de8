/// Counts YAML's aliases in a text without parsing it. It may count too many, inside quotes for example, never too few.
enum YAMLAliases {
  /// How often a `*name` stands where an alias can begin and some `&name` stands where an anchor can begin.
  static func count(in text: String) -> Int {
    let bytes = Array(text.utf8)
    let anchors = Set(names(after: UInt8(ascii: "&"), bytes))
    if anchors.isEmpty { return 0 }
    return names(after: UInt8(ascii: "*"), bytes).count { anchors.contains($0) }
  }

  private static func names(after mark: UInt8, _ bytes: [UInt8]) -> [ArraySlice<UInt8>] {
    bytes.indices.filter { bytes[$0] == mark && ($0 == 0 || canPrecede(bytes[$0 - 1])) }.compactMap { place in
      let name = bytes[(place + 1)...].prefix { isNamed($0) }
      return name.isEmpty ? nil : name
    }
  }

  /// Spaces, line breaks (some are not ASCII) and indicators.
  private static func canPrecede(_ byte: UInt8) -> Bool { !isNamed(byte) && byte != UInt8(ascii: "*") }

  private static func isNamed(_ byte: UInt8) -> Bool {
    EnvironmentName.isLetterOrDigit(byte) || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
  }
}
