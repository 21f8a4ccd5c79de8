import SCRProtocol
import SCRRuntime
import SCRServer

/// The prompts of agents, with those that a folder replaces.
enum PromptFiles {
  /// Blocks.
  /// - Throws: ``CommandFailure`` with file and line of what is wrong.
  static func read(_ folder: String?) throws(CommandFailure) -> PromptLibrary {
    guard let folder else { return .standard }
    var sources: [String: String] = [:]
    for kind in PromptLibrary.roles {
      let path = "\(folder)/\(kind.rawValue).md"
      let bytes: [UInt8]?
      do throws(DiskFile.Failure) { bytes = try DiskFile.read(path) } catch {
        throw failure("\(path): cannot be read: \(error)")
      }
      guard let bytes else { continue }
      guard let text = String(validating: bytes, as: UTF8.self) else { throw failure("\(path) is not UTF-8 text") }
      sources[kind.rawValue] = text
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
