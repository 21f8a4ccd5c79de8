import Foundation
package import SCRProtocol

/// Data sets of others, read from `SCR_TEST_DATA` (default `../shared/data` beside the package); never committed.
package enum TestData {
  private static let root: URL = {
    let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../..")
    let path = ProcessInfo.processInfo.environment["SCR_TEST_DATA"] ?? "../shared/data"
    return URL(fileURLWithPath: path, relativeTo: package).standardizedFileURL
  }()

  /// The names of the files in a folder, sorted.
  /// - Throws: where the data set is missing: a test that cannot look has not passed.
  package static func files(in folder: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: root.appendingPathComponent(folder).path)
      .filter { $0.hasSuffix(".json") }.sorted()
  }

  /// The paths of the JSON files in a folder and in those below it, sorted, relative to it.
  package static func tree(in folder: String) throws -> [String] {
    try FileManager.default.subpathsOfDirectory(atPath: root.appendingPathComponent(folder).path)
      .filter { $0.hasSuffix(".json") }.sorted()
  }

  package static func bytes(_ path: String) throws -> [UInt8] {
    try Array(Data(contentsOf: root.appendingPathComponent(path)))
  }

  package static func json(_ path: String) throws -> JSONValue { try JSONParser.parse(bytes(path)) }
}
