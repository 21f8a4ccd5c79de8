import SCRProtocol

/// `examples/scr.yaml`: every setting with its default or an example, commented out.
package enum ExampleFile {
  /// The whole file.
  package static var text: String {
    var writer = ExampleWriter()
    writer.write(SettingTree(Settings.catalogue), indent: 0, mark: nil)
    return writer.lines.joined(separator: "\n") + "\n"
  }
}

private struct ExampleWriter {
  private(set) var lines = [
    "# Every setting of scr, with its default or an example. Remove the \"#\" before a key to set it.",
    "# Files are read in this order, later ones win: /etc/scr/scr.yaml, $XDG_CONFIG_HOME/scr/scr.yaml, ./scr.yaml,",
    "# --config FILE; then SCR_* variables and flags. This file is written by a test from the descriptions in the",
    "# source (SCR_UPDATE_GENERATED=1): change those instead.",
  ]

  /// - Parameter mark: the column of the marks behind which a whole record stands; outside, each key has its own.
  mutating func write(_ tree: SettingTree, indent: Int, mark: Int?) {
    for (key, node) in tree.children {
      if indent == 0 { lines.append("") }
      if let setting = node.setting {
        write(key, SettingSummary(setting: setting), indent: indent, mark: mark)
      } else if key == "*" {
        lines.append(spaces(indent) + "#example:")
        write(node, indent: indent + 2, mark: indent)
      } else {
        lines.append("\(spaces(indent))\(key):")
        write(node, indent: indent + 2, mark: mark)
      }
    }
  }

  private mutating func write(_ key: String, _ summary: SettingSummary, indent: Int, mark: Int?) {
    let lead = mark.map { spaces($0) + "#" + spaces(indent - $0) } ?? spaces(indent)
    let isRefused = summary.setting.traits.status == .refused
    let shown = summary.defaultText.flatMap { $0 == summary.example ? nil : "default: \($0)" }
    let details = isRefused ? [] : ([summary.setting.traits.label, shown] + summary.names).compactMap(\.self)
    let comment =
      (isRefused ? ["`\(key)`:"] : []) + [summary.sentence]
      + (details.isEmpty ? [] : ["(\(details.joined(separator: "; ")))"])
    lines += wrap(comment.joined(separator: " "), width: 116 - lead.count).map { "\(lead)# \($0)" }
    if !isRefused { lines.append("\(lead)\(mark == nil ? "#" : "")\(key): \(summary.example)") }
  }

  private func spaces(_ count: Int) -> String { String(repeating: " ", count: count) }

  private func wrap(_ text: String, width: Int) -> [String] {
    text.split(separator: " ").reduce(into: [String]()) { lines, word in
      if let last = lines.last, last.count + word.count < width {
        lines[lines.count - 1] = "\(last) \(word)"
      } else {
        lines.append(String(word))
      }
    }
  }
}
