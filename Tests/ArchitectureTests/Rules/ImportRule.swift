/// Which modules each room may import: the direction of the house (docs/module-map.md), one line per target.
struct ImportRule {
  /// Modules of the system that any room may use. Foundation is not among them: it is 40 MB of ICU data and slow JSON.
  static let everywhere: Set<String> = ["Darwin", "Glibc", "Synchronization", "FoundationEssentials"]

  static let house = ImportRule(allowed: [
    "SCRProtocol": [],
    "SCRConnection": ["SCRProtocol", "CLocalSocket"],
    "SCRProcess": ["CProcessGuard", "Foundation"],
    "SCRHTTP": ["CCurl"],
    "MCPClient": ["SCRProtocol", "SCRConnection", "SCRProcess"],
    "SCRRuntime": ["SCRProtocol"],
    "SCRStore": ["SCRProtocol", "SCRRuntime", "GRDB", "GRDBSQLite", "Dispatch"],
    "SCRModels": ["SCRProtocol", "SCRRuntime", "SCRHTTP"],
    "SCRTools": ["SCRProtocol", "SCRRuntime", "SCRProcess", "MCPClient", "BigInt"],
    "MCPServer": ["SCRProtocol", "SCRConnection"],
    "FilesystemServer": ["SCRProtocol", "SCRConnection", "MCPServer", "CRootedPath"],
    "SCRServer": ["SCRProtocol", "SCRConnection", "SCRRuntime", "MCPServer", "Yams", "Logging"],
    "SCRCommand": [
      "SCRProtocol", "SCRConnection", "SCRProcess", "SCRHTTP", "MCPClient", "SCRRuntime", "SCRStore", "SCRTools",
      "SCRModels", "MCPServer", "FilesystemServer", "SCRServer", "ArgumentParser", "Logging",
    ],
    "scr": ["SCRCommand", "CProcessGuard"],
  ])

  let allowed: [String: Set<String>]

  /// - Parameter target: the name of the room's target.
  func violations(in file: SourceFile, of target: String) -> [Violation] {
    guard let ours = allowed[target] else {
      return [Violation(path: file.path, line: 1, message: "\(target) has no line in ImportRule")]
    }
    return file.code.enumerated().compactMap { index, line in
      guard let module = Self.module(in: line), !ours.contains(module), !Self.everywhere.contains(module),
        !(module == "Foundation" && Self.isFallback(file.code, index))
      else { return nil }
      return Violation(path: file.path, line: index + 1, message: "\(target) must not import \(module)")
    }
  }

  /// The module that a line imports, also by one of its declarations (`import class Foundation.Thread`).
  private static func module(in line: Substring) -> String? {
    guard line.contains("import"),
      let match = line.firstMatch(
        of:
          /^\s*(?:@\w+\s+|package\s+|public\s+|internal\s+)*import\s+(?:(?:class|struct|enum|func|protocol|var|typealias)\s+)?(\w+)/
      )
    else { return nil }
    return String(match.1)
  }

  /// `#if canImport(FoundationEssentials) import FoundationEssentials #else import Foundation` is how the small half is asked for.
  private static func isFallback(_ lines: [Substring], _ index: Int) -> Bool {
    index >= 2 && lines[index - 1].contains("#else") && lines[index - 2].contains("import FoundationEssentials")
  }
}
