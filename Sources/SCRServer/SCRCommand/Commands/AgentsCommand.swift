import ArgumentParser
import SCRProtocol
import SCRRuntime
import SCRServer
import SCRStore

/// `scr agents`.
struct AgentsCommand: Command {
  static let configuration = CommandConfiguration(
    commandName: "agents", abstract: "Show who runs under whom in the process that owns the state directory.",
    discussion: """
      The owner writes a picture of its agents into the store when it has changed, at most every health.checkMs. This reads
      it, and says whether that process still lives.

      EXAMPLES
        scr agents
        scr agents --json | jq '.tree.children[] | {id, state, restarts}'
        scr agents list
      """, subcommands: [AgentsListCommand.self])

  @OptionGroup var settings: SettingsOptions
  @OptionGroup var common: CommonOptions
  var wantsJSON: Bool { common.json }

  func run(in context: CommandContext) async throws -> CommandExit {
    let loaded = try settings.load(context)
    let document = try await StoredTasks.read(loaded) { try await $0.document(.agents, AgentPicture.id) }
    let picture = document.flatMap { $0 }.flatMap { AgentPicture(json: $0.body) }
    guard let picture else {
      throw CommandFailure(
        .failed, kind: ErrorKind.notFound.name,
        "no scr has left a picture of its agents in \(loaded.settings.stateDir)",
        hint: "scr serve writes one within \(loaded.settings.health.checkMs) ms; is --state the right one?")
    }
    let isLive = picture.processID != nil && StateDirectory.owner(of: loaded.settings.stateDir) == picture.processID
    if common.json {
      var fields = picture.json.objectValue ?? [:]
      fields["isLive"] = .bool(isLive)
      context.output.result(.object(fields))
    } else {
      context.output.result(AgentText.text(picture, isLive: isLive))
    }
    return .success
  }
}
