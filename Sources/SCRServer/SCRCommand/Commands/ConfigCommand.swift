import ArgumentParser
import SCRProtocol
import SCRServer

/// `scr config`.
struct ConfigCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "config", abstract: "Show and check the configuration.",
    discussion: """
      EXAMPLES
        scr config show
        scr config check --config scr.yaml
      """,
    subcommands: [Show.self, Check.self])

  /// `scr config show`.
  struct Show: Command {
    static let configuration = CommandConfiguration(
      commandName: "show", abstract: "Print every setting in effect, and where its value comes from.",
      discussion: """
        EXAMPLES
          scr config show
          scr config show --json | jq '.settings[] | select(.origin != "default")'
        """)

    @OptionGroup var settings: SettingsOptions
    @OptionGroup var common: CommonOptions
    var wantsJSON: Bool { common.json }

    func run(in context: CommandContext) async throws -> CommandExit {
      let loaded = try settings.load(context)
      let report = SettingsReport(loaded)
      if common.json {
        context.output.result([
          "settings": report.json, "notices": .array(loaded.notices.map { .string($0.description) }),
        ])
      } else {
        context.output.result(report.text)
        context.output.notices(loaded)
      }
      return .success
    }
  }

  /// `scr config check`.
  struct Check: Command {
    static let configuration = CommandConfiguration(
      commandName: "check", abstract: "Check the configuration; exit 2 with every error's file, line and column.",
      discussion: """
        EXAMPLES
          scr config check
          scr config check --config examples/scr.yaml
        """)

    @OptionGroup var settings: SettingsOptions
    @OptionGroup var common: CommonOptions
    var wantsJSON: Bool { common.json }

    func run(in context: CommandContext) async throws -> CommandExit {
      let loaded = try settings.load(context)
      if common.json {
        context.output.result(["ok": true, "notices": .array(loaded.notices.map { .string($0.description) })])
      } else {
        context.output.result("the configuration is good")
        context.output.notices(loaded)
      }
      return .success
    }
  }
}
