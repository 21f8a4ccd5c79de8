import ArgumentParser
import SCRProtocol
import SCRServer

/// `scr mcp list`.
struct MCPListCommand: Command {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the tool servers that are known, and where each comes from.",
    discussion: """
      States: enabled, disabled, needs_approval (scr mcp trust), unsupported. Nothing is started.

      EXAMPLES
        scr mcp list
        scr mcp list --json
      """)

  @OptionGroup var settings: SettingsOptions
  @OptionGroup var common: CommonOptions
  var wantsJSON: Bool { common.json }

  func run(in context: CommandContext) async throws -> CommandExit {
    let loaded = try settings.load(context)
    if common.json {
      context.output.result(["servers": .array(loaded.servers.map(Self.json))])
    } else {
      context.output.result(Self.text(loaded.servers))
      context.output.notices(loaded)
    }
    return .success
  }

  static func text(_ servers: [ServerSettings]) -> String {
    var table = TextTable("SERVER", "STATE", "ORIGIN", "COMMAND")
    for server in servers {
      let command = server.command.isEmpty ? server.url ?? "" : server.commandLine
      let reason = server.stateReason.map { "(\($0)) " } ?? ""
      table.add(server.name, server.state.description, server.origin.description, reason + command)
    }
    return table.text
  }

  private static func json(_ server: ServerSettings) -> JSONValue {
    var fields: JSONObject = [
      "name": .string(server.name), "state": .string(server.state.description),
      "origin": .string(server.origin.description),
    ]
    fields["reason"] = server.stateReason.map { .string($0) }
    fields["command"] = server.command.isEmpty ? nil : .string(server.wording.command)
    fields["args"] = server.command.isEmpty ? nil : .array(server.wording.args.map { .string($0) })
    fields["url"] = server.url.map { .string($0) }
    return .object(fields)
  }
}
