import ArgumentParser
import SCRProtocol
import SCRRuntime
import SCRServer

/// `scr tasks export`.
struct TasksExportCommand: Command {
  static let configuration = CommandConfiguration(
    commandName: "export", abstract: "Write a run that has ended as a cassette; works beside a running scr.",
    discussion: """
      A cassette holds what the task was to do, what models and tools answered, and what came of it; scr run --replay makes
      it again without any of them. What could not be made again is refused: steps that wait, agents and skills from files.
      Secrets are masked: keys of models, what tool servers get in their environment, variables that are called key, token,
      secret or password, and whatever looks like a secret. Look at it before you give it to others all the same.

      EXAMPLES
        scr tasks export task_0123456789abcdef0123456789abcdef --out report.cassette.json
        scr run --replay report.cassette.json
      """)

  @Argument(help: "The task's id.") var task: String
  @Option(help: ArgumentHelp("Write it to this file instead of stdout.", valueName: "file"), completion: .file())
  var out: String?
  @OptionGroup var settings: SettingsOptions
  @OptionGroup var common: CommonOptions
  var wantsJSON: Bool { common.json }

  func run(in context: CommandContext) async throws -> CommandExit {
    let loaded = try settings.load(context)
    let id = TaskID(task)
    let secrets = KnownSecrets.all(loaded, context.environment)
    let read = try await StoredTasks.read(loaded) { store -> Cassette? in
      do throws(RuntimeError) { return try await CassetteRecorder.record(id, from: store, masking: secrets) } catch {
        if error.kind == .notFound { return nil }
        throw error
      }
    }
    guard let cassette = read.flatMap({ $0 }) else { throw StoredTasks.unknown(id) }
    guard let out else {
      context.output.result(cassette.json)
      return .success
    }
    try OutFile.open(out, in: context.workingDirectory).write(cassette.json.jsonText + "\n")
    if common.json {
      context.output.result(.object(Self.summary(cassette, out)))
    } else {
      context.output.note(Self.words(cassette, out))
    }
    return .success
  }

  /// `{file, turns, calls, masked}`.
  static func summary(_ cassette: Cassette, _ path: String) -> JSONObject {
    [
      "file": .string(path), "turns": JSONValue(cassette.turnCount), "calls": JSONValue(cassette.callCount),
      "masked": JSONValue(cassette.masked),
    ]
  }

  static func words(_ cassette: Cassette, _ path: String) -> String {
    let masked = cassette.masked == 0 ? "" : ", \(cassette.masked) secrets masked"
    return "\(path): \(cassette.turnCount) turns of models, \(cassette.callCount) calls of tools\(masked)"
  }
}
