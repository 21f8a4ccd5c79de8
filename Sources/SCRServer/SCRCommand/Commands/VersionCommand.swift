import ArgumentParser
import SCRProtocol

/// `scr version`.
struct VersionCommand: Command {
  static let configuration = CommandConfiguration(
    commandName: "version", abstract: "Print the version and the protocol revisions that are spoken.",
    discussion: """
      EXAMPLES
        scr version
        scr version --json
      """)

  @OptionGroup var common: CommonOptions
  var wantsJSON: Bool { common.json }

  func run(in context: CommandContext) async throws -> CommandExit {
    let revisions = ProtocolRevision.allCases.map(\.rawValue)
    if common.json {
      context.output.result(["version": .string(Version.text), "mcpRevisions": .array(revisions.map { .string($0) })])
    } else {
      context.output.result("scr \(Version.text)\nMCP \(revisions.joined(separator: ", "))")
    }
    return .success
  }
}
