import SCRRuntime
import SCRServer

/// Agents and skills of the configuration's folders.
enum AgentFiles {
  /// Blocks.
  /// - Throws: ``CommandFailure`` with everything that is wrong in them, by file, line and column.
  static func read(_ loaded: LoadedSettings) throws(CommandFailure) -> AgentFolders {
    do { return try AgentFolders.read(loaded) } catch { throw CommandFailure(error) }
  }
}
