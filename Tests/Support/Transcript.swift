#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A golden conversation with a server, from `Tests/Transcripts/<revision>/<feature>/<name>.jsonl`:
///
/// - `> ` sends the rest of the line as it stands; `<taskId:1>` in it becomes the first task id that was seen.
/// - `< ` expects the next frame, after ``TranscriptNormalizer``; `"<any>"` stands for any value, `?` for a frame that
///   is still to be recorded.
/// - `# ` is a comment, `! frame-limit N` sets the server's limit of a line in bytes, `! end` closes the input.
package struct Transcript: Sendable {
  package enum Line: Sendable, Hashable {
    case comment(String)
    case send(String)
    case expect(String)
    case frameLimit(Int)
    case end
  }

  package let path: String
  package var lines: [Line]

  package var frameLimit: Int? {
    lines.lazy.compactMap { if case .frameLimit(let limit) = $0 { limit } else { nil } }.first
  }

  package struct Malformed: Error, CustomStringConvertible {
    package let description: String
  }

  /// - Parameter path: below ``folder``.
  package init(path: String) throws {
    self.path = path
    let text = try String(contentsOf: Self.folder.appending(path: path), encoding: .utf8)
    lines = try text.split(separator: "\n").map { try Self.line(String($0), in: path) }
  }

  private static func line(_ text: String, in path: String) throws -> Line {
    if text.hasPrefix("#") { return .comment(text) }
    if text.hasPrefix("> ") { return .send(String(text.dropFirst(2))) }
    if text.hasPrefix("< ") { return .expect(String(text.dropFirst(2))) }
    if text == "! end" { return .end }
    if text.hasPrefix("! frame-limit "), let limit = Int(text.dropFirst(14)) { return .frameLimit(limit) }
    throw Malformed(description: "\(path): \"\(text.prefix(80))\" is no line of a transcript")
  }

  /// Writes the transcript back to its file.
  package func save() throws {
    let text = lines.map { line in
      switch line {
      case .comment(let text): text
      case .send(let text): "> \(text)"
      case .expect(let text): "< \(text)"
      case .frameLimit(let limit): "! frame-limit \(limit)"
      case .end: "! end"
      }
    }
    try Data((text.joined(separator: "\n") + "\n").utf8).write(to: Self.folder.appending(path: path))
  }

  /// The paths of all transcripts, in order. Empty if the folder cannot be read.
  package static func paths() -> [String] {
    let paths = (try? FileManager.default.subpathsOfDirectory(atPath: folder.path)) ?? []
    return paths.filter { $0.hasSuffix(".jsonl") }.sorted()
  }

  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "Transcripts").resolvingSymlinksInPath()

  /// Whether this run writes down what it sees: with the environment variable `SCR_UPDATE_TRANSCRIPTS`.
  package static var isRecording: Bool { ProcessInfo.processInfo.environment["SCR_UPDATE_TRANSCRIPTS"] != nil }
}
