import ArgumentParser
import SCRProcess
import SCRProtocol
import SCRServer

/// `scr mcp smoke`.
struct MCPSmokeCommand: Command {
  static let configuration = CommandConfiguration(
    commandName: "smoke", abstract: "Start every tool server, look at it, and stop it again.",
    discussion: """
      Prints era, revision, number of tools and timings. Exit 1 if a server is not healthy, with the end of its stderr.
      Needs no state directory.

      EXAMPLES
        scr mcp smoke
        scr mcp smoke --server filesystem --tool list_directory --args-json '{"path":"."}'
      """)

  @Option(help: ArgumentHelp("Only this server; also one that is disabled.", valueName: "name")) var server: String?
  @Option(help: ArgumentHelp("Call this tool of the server, by the server's own name for it.", valueName: "name"))
  var tool: String?
  @Option(help: ArgumentHelp("The arguments of the call, a JSON object.", valueName: "json")) var argsJson: String?
  @OptionGroup var settings: SettingsOptions
  @OptionGroup var common: CommonOptions
  var wantsJSON: Bool { common.json }

  func validate() throws {
    if tool != nil, server == nil { throw ValidationError("--tool needs --server.") }
    if argsJson != nil, tool == nil { throw ValidationError("--args-json needs --tool.") }
  }

  func run(in context: CommandContext) async throws -> CommandExit {
    let call = try tool.map { name throws(CommandFailure) in
      ServerCheck.Call(tool: name, arguments: try Self.arguments(argsJson ?? "{}"))
    }
    let loaded = try settings.load(context)
    let chosen = try chosen(loaded, context)
    let table = ProcessTable()
    let checks = try await withThrowingTaskGroup(of: (Int, ServerCheck).self) { group in
      for (place, server) in chosen.enumerated() {
        group.addTask { (place, try await ServerCheck.run(server, call: call, in: table, context)) }
      }
      return try await group.reduce(into: []) { $0.append($1) }.sorted { $0.0 < $1.0 }.map(\.1)
    }
    let isHealthy = checks.allSatisfy(\.isHealthy)
    if common.json {
      context.output.result(["healthy": .bool(isHealthy), "servers": .array(checks.map(\.json))])
    } else {
      context.output.result(checks.map(\.text).joined(separator: "\n"))
    }
    return isHealthy ? .success : .failed
  }

  private func chosen(_ loaded: LoadedSettings, _ context: CommandContext) throws(CommandFailure) -> [ServerSettings] {
    if let server {
      let named = try loaded.server(server)
      if let reason = named.stateReason { throw .failed(.serverUnavailable, "\(server) cannot be started: \(reason)") }
      return [named]
    }
    for other in loaded.servers where other.state != .enabled {
      let line = "skipped \(other.name): \(other.stateReason ?? other.state.description)"
      context.output.note(TerminalText.visible(line))
    }
    let enabled = loaded.servers.filter { $0.state == .enabled }
    if enabled.isEmpty {
      throw .failed(.serverUnavailable, "no tool server is enabled", hint: "scr mcp list shows what is known")
    }
    return enabled
  }

  private static func arguments(_ text: String) throws(CommandFailure) -> JSONObject {
    do throws(JSONParseError) {
      if let object = try JSONParser.parse(text).objectValue { return object }
    } catch { throw .usage("--args-json is not JSON: \(error)") }
    throw .usage("--args-json is no JSON object", hint: "write it like '{\"path\":\".\"}'")
  }
}
