import SCRProtocol
import SCRServer

/// A plan as a person wrote it, with the places of its parts.
struct PlanFile: Sendable {
  /// `-` is stdin.
  var name: String
  var document: SourceDocument

  /// Reads YAML or JSON. Blocks.
  /// - Throws: ``CommandFailure`` with exit code 2 and file, line and column of everything that is wrong; its kind is
  ///   `usage` where there is nothing to read, `invalid_plan` where it is neither YAML nor JSON.
  static func read(_ path: String, _ context: CommandContext) throws(CommandFailure) -> PlanFile {
    let name = path == "-" ? "<stdin>" : path
    do throws(SourceError) {
      return PlanFile(name: name, document: try SourceDocument.parse(try bytes(path, context), file: name))
    } catch {
      let isUnreadable = error.problems.contains { $0.code == .unreadable }
      let kind = isUnreadable ? "usage" : ErrorKind.invalidPlan.name
      throw CommandFailure(.usage, kind: kind, error.description)
    }
  }

  private static func bytes(_ path: String, _ context: CommandContext) throws(SourceError) -> [UInt8] {
    let start = SourceOrigin.file(SourceLocation(file: path, line: 1, column: 1))
    if path == "-" {
      guard let bytes = StandardStreams.readInput(limit: SourceDocument.sizeLimit) else {
        throw SourceError([SourceProblem(.tooLarge, at: start, "more than \(SourceDocument.sizeLimit) bytes")])
      }
      return bytes
    }
    do {
      let bytes = try DiskFile.read(path.hasPrefix("/") ? path : "\(context.workingDirectory)/\(path)")
      if let bytes { return bytes }
    } catch { throw SourceError([SourceProblem(.unreadable, at: start, "cannot be read: \(error)")]) }
    throw SourceError([SourceProblem(.unreadable, at: start, "there is no such file")])
  }

  var title: String { document.value["title"]?.stringValue ?? name }
}
