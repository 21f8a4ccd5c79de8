import SCRProtocol
import SCRRuntime
import SCRServer

/// The prompts of agents, with those that a folder replaces.
enum PromptFiles {
  /// Read as its consent reads it, so that nothing else is used than what was agreed to. Blocks.
  /// - Throws: ``CommandFailure`` with file and line of what is wrong.
  static func read(_ folder: String?) throws(CommandFailure) -> PromptLibrary {
    guard let folder else { return .standard }
    let found: TextFolder?
    do throws(DiskFile.Failure) { found = try TextFolder.read(folder) } catch {
      throw failure("agents.prompts: \(folder) cannot be read: \(error)")
    }
    var sources: [String: String] = [:]
    for kind in PromptLibrary.roles {
      guard let reason = found?.skipped["\(kind.rawValue).md"] else { continue }
      throw failure("\(folder)/\(kind.rawValue).md cannot be used: \(reason)")
    }
    for (file, bytes) in found?.files ?? [:] where file.hasSuffix(".md") && !file.contains("/") {
      guard let text = String(validating: bytes, as: UTF8.self) else {
        throw failure("\(folder)/\(file) is not UTF-8 text")
      }
      sources[String(file.dropLast(3))] = text
    }
    guard !sources.isEmpty else {
      throw failure(
        "agents.prompts: \(folder) holds no prompt",
        hint: "its files are named \(PromptLibrary.roles.map { "\($0.rawValue).md" }.joined(separator: ", "))")
    }
    do throws(PromptFileError) { return try PromptLibrary.standard.replacing(sources) } catch {
      throw failure("\(folder)/\(error)")
    }
  }

  private static func failure(_ message: String, hint: String? = nil) -> CommandFailure {
    CommandFailure(.usage, kind: ErrorKind.invalidInput.name, message, hint: hint)
  }
}
