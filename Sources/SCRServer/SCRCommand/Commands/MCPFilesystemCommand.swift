import ArgumentParser
import FilesystemServer
import MCPServer
import SCRServer

/// `scr mcp filesystem`.
struct MCPFilesystemCommand: Command {
  static let configuration = CommandConfiguration(
    commandName: "filesystem", abstract: "Serve the files below one folder as an MCP server over stdin and stdout.",
    discussion: """
      Nothing outside the folder can be reached, whatever links or renames happen. Ends with its input.

      EXAMPLES
        scr mcp filesystem --root .
        scr mcp filesystem --root /srv/data --allow-writes
      """)

  @Option(help: ArgumentHelp("The folder.", valueName: "dir"), completion: .directory) var root: String
  @Flag(help: "Serve write_file too.") var allowWrites = false
  /// Its stdout is a wire.
  var wantsJSON: Bool { false }

  func run(in context: CommandContext) async throws -> CommandExit {
    let tools: FilesystemTools
    do { tools = try FilesystemTools(root: root, allowWrites: allowWrites) } catch {
      throw CommandFailure.usage("\(error)")
    }
    let handler = MCPServerHandler(identity: tools.identity(version: Version.text), tools: tools)
    await StdioServer.run(
      handler: handler, input: context.wire.input, output: context.wire.output,
      onOutputClosed: { Entry.end(.success) })
    return .success
  }
}
