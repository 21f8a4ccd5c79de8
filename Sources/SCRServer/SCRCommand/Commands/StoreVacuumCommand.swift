import ArgumentParser
import SCRProtocol
import SCRServer
import SCRStore

/// `scr store vacuum`.
struct StoreVacuumCommand: Command {
  static let configuration = CommandConfiguration(
    commandName: "vacuum", abstract: "Give unused space back to the disk; needs the state directory for itself.",
    discussion: """
      Writes each database anew, which needs about its size of free space meanwhile. A crash leaves it as it was.

      EXAMPLES
        scr store vacuum
        scr store vacuum --state /srv/scr --json
      """)

  @OptionGroup var settings: SettingsOptions
  @OptionGroup var common: CommonOptions
  var wantsJSON: Bool { common.json }

  func run(in context: CommandContext) async throws -> CommandExit {
    let files = try await StoreVacuum.run(StoreCommand.directory(settings.load(context))).files
    if common.json {
      let list = files.map { file -> JSONValue in
        [
          "file": .string(file.name), "bytesBefore": .init(Int(file.bytesBefore)),
          "bytesAfter": .init(Int(file.bytesAfter)),
        ]
      }
      context.output.result(["files": .array(list)])
    } else {
      var table = TextTable("FILE", "BEFORE", "AFTER")
      for file in files {
        table.add(file.name, StoreReportText.size(file.bytesBefore), StoreReportText.size(file.bytesAfter))
      }
      context.output.result(table.text)
    }
    return .success
  }
}
