import Foundation

/// One file of the repository; the path is relative to its root.
struct SourceFile: Sendable {
  let path: String
  let text: String
  /// The lines without comments and string contents: what rules about code look at.
  let code: [Substring]

  init(path: String, text: String) {
    (self.path, self.text) = (path, text)
    code =
      path.hasSuffix(".swift") ? CodeText.blanked(text).split(separator: "\n", omittingEmptySubsequences: false) : []
  }

  /// Whether the text holds the word anywhere: cheap, before a pattern looks at every line.
  func mentions(_ word: String) -> Bool { text.range(of: word) != nil }

  var lineCount: Int { code.count - (text.hasSuffix("\n") ? 1 : 0) }
}

/// A place where a rule of the house is broken.
struct Violation: Hashable, CustomStringConvertible {
  let path: String
  let line: Int
  let message: String

  var description: String { "\(path):\(line): \(message)" }
}

enum SourceTree {
  static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// The Swift files below `folder`, by path.
  static func swiftFiles(_ folder: String) throws -> [SourceFile] {
    try files(folder) { $0.hasSuffix(".swift") }
  }

  static func files(_ folder: String, where wanted: (String) -> Bool) throws -> [SourceFile] {
    let base = root.appendingPathComponent(folder)
    guard let names = FileManager.default.enumerator(atPath: base.path) else { return [] }
    return try names.compactMap { $0 as? String }.filter(wanted).sorted().compactMap { name in
      let url = base.appendingPathComponent(name)
      var isFolder: ObjCBool = false
      guard FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder), !isFolder.boolValue else {
        return nil
      }
      return SourceFile(path: "\(folder)/\(name)", text: try String(contentsOf: url, encoding: .utf8))
    }
  }

  /// The rooms under `Sources`: the folder of a target, such as `Protocol/SCRProtocol`.
  static func rooms() throws -> [String] {
    let sources = root.appendingPathComponent("Sources")
    return try FileManager.default.contentsOfDirectory(atPath: sources.path).sorted().flatMap { wing in
      try FileManager.default.contentsOfDirectory(atPath: sources.appendingPathComponent(wing).path).sorted()
        .map { "\(wing)/\($0)" }
    }
  }
}
