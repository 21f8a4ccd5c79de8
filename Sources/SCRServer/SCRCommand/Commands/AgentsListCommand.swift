import ArgumentParser
import SCRProtocol
import SCRRuntime
import SCRServer

/// `scr agents list`.
struct AgentsListCommand: Command {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the agents that plans may name, and the skills they may read.",
    discussion: """
      Reads the files of agents.folder and agents.skills, and says with file, line and column what is wrong in them. Nothing
      is started.

      EXAMPLES
        scr agents list
        scr agents list --json | jq '.agents[] | select(.file)'
      """)

  @OptionGroup var settings: SettingsOptions
  @OptionGroup var common: CommonOptions
  var wantsJSON: Bool { common.json }

  func run(in context: CommandContext) async throws -> CommandExit {
    let loaded = try settings.load(context)
    let folders = try AgentFiles.read(loaded)
    let prompts = try PromptFiles.read(loaded.settings.agents.prompts)
    for notice in loaded.notices.filter({ $0.path.hasPrefix("agents.") }) + folders.notices {
      context.output.note("note: \(TerminalText.visible(notice.description))")
    }
    if common.json {
      context.output.result([
        "agents": .array(AgentProjection.builtIn(prompts) + folders.definitions.all.map(\.json)),
        "skills": .array(folders.skills.all.map(\.json)),
      ])
    } else {
      context.output.result(Self.text(folders, prompts))
    }
    return .success
  }

  private static func text(_ folders: AgentFolders, _ prompts: PromptLibrary) -> String {
    var agents = TextTable("AGENT", "KIND", "ABOUT")
    for kind in AgentDefinition.bases {
      agents.add(kind.rawValue, "built-in", TerminalText.clean(prompts[kind]?.description ?? ""))
    }
    for agent in folders.definitions.all {
      agents.add(agent.name, agent.base.rawValue, oneLine(agent.description))
    }
    if folders.skills.all.isEmpty { return agents.text }
    var skills = TextTable("SKILL", "FILES", "ABOUT")
    for skill in folders.skills.all { skills.add(skill.name, "\(skill.files.count + 1)", oneLine(skill.description)) }
    return "\(agents.text)\n\n\(skills.text)"
  }

  private static func oneLine(_ text: String) -> String {
    TerminalText.clean(text.oneLine(bytes: 200))
  }
}
