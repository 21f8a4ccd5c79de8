#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A golden conversation with a server, from `Tests/Transcripts/<revision>/<feature>/<name>.jsonl`:
///
/// - `> ` sends the rest of the line as it stands; `<taskId:1>` in it becomes the first task id that was seen,
///   `<workspace>` the folder that the server works in.
/// - `< ` expects the next frame, after ``TranscriptNormalizer``; `"<any>"` stands for any value, `?` for a frame that
///   is still to be recorded.
/// - `# ` is a comment, `! frame-limit N` sets the server's limit of a line in bytes, `! end` closes the input.
/// - `! needs NAME` asks for a tool server, or for `models`, that `scr serve` does not have by itself. Without it the conversation is
///   portable: it goes the same way in memory, over a pipe and with the built program.
package struct Transcript: Sendable {
  package enum Line: Sendable, Hashable {
    case comment(String)
    case send(String)
    case expect(String)
    case frameLimit(Int)
    case needs(String)
    case end
  }

  package let path: String
  package var lines: [Line]

  package var frameLimit: Int? {
    lines.lazy.compactMap { if case .frameLimit(let limit) = $0 { limit } else { nil } }.first
  }

  /// The tool servers, or models, that it is about, beyond what every server has.
  package var needs: [String] { lines.compactMap { if case .needs(let name) = $0 { name } else { nil } } }

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
    if text.hasPrefix("! needs ") { return .needs(String(text.dropFirst(8))) }
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
      case .needs(let name): "! needs \(name)"
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

  /// The paths of the portable ones.
  package static func portablePaths() throws -> [String] {
    try paths().filter { try Transcript(path: $0).needs.isEmpty }
  }

  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "Transcripts").resolvingSymlinksInPath()

  /// Whether this run writes down what it sees: with the environment variable `SCR_UPDATE_TRANSCRIPTS`.
  package static var isRecording: Bool { ProcessInfo.processInfo.environment["SCR_UPDATE_TRANSCRIPTS"] != nil }
}
