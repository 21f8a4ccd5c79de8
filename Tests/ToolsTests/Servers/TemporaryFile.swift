import Foundation

/// A name for a file of one test, which need not exist. Removed at the end.
final class TemporaryFile: Sendable {
  let path = "/tmp/scr-file-\(UInt64.random(in: 0...UInt64.max))"
  deinit { try? FileManager.default.removeItem(atPath: path) }
  func make() { _ = FileManager.default.createFile(atPath: path, contents: nil) }
}
