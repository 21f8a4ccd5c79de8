/// The tool server that exists without configuration (interface.md §4): this binary, reading one folder.
enum BuiltInFilesystem {
  static let name = "filesystem"

  static func server(_ request: SettingsRequest, _ settings: Settings) -> ServerSettings {
    var server = ServerSettings(
      name: name, command: request.executable, callTimeoutMs: settings.tools.callTimeoutMs, origin: .standard)
    // Our own program, which without --allow-writes has no tool that changes anything.
    server.readOnlyTools = ["*"]
    let directory = FilePath.clean(request.workingDirectory)
    if let root = settings.workspaceRoot {
      server.args = ["mcp", "filesystem", "--root", root]
    } else if directory == "/" || directory == request.home {
      let place = directory == "/" ? "the root of the disk" : "the home directory"
      server.state = .unsupported("not configured: the working directory is \(place); set SCR_WORKSPACE_ROOT")
    } else {
      server.args = ["mcp", "filesystem", "--root", directory]
    }
    return server
  }
}
