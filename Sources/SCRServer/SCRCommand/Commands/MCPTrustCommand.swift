import ArgumentParser
import SCRProtocol
import SCRServer

/// `scr mcp trust`.
struct MCPTrustCommand: Command {
  static let configuration = CommandConfiguration(
    commandName: "trust", abstract: "Show what files of this folder want to start, and consent to it.",
    discussion: """
      ./scr.yaml and .mcp.json may name tool servers and tools only after consent. It is recorded in the state directory
      with a digest: a file that changes needs it again.

      EXAMPLES
        scr mcp trust
        scr mcp trust --yes
      """)

  @Flag(help: "Consent without being asked.") var yes = false
  @OptionGroup var settings: SettingsOptions
  @OptionGroup var common: CommonOptions
  var wantsJSON: Bool { common.json }

  func run(in context: CommandContext) async throws -> CommandExit {
    let loaded = try settings.load(context)
    let open = loaded.consents.filter { !$0.isGranted }
    var granted: [ConsentRequest] = []
    for request in open {
      context.output.note(Self.text(request))
      guard try yes || Self.agrees(context) else { continue }
      do {
        try Trust.record(path: request.path, digest: request.digest, stateDir: loaded.settings.stateDir)
      } catch { throw CommandFailure(.unavailable, kind: ErrorKind.storeUnavailable.name, error.description) }
      granted.append(request)
    }
    report(granted, of: open, context.output)
    return granted.count == open.count ? .success : .failed
  }

  private func report(_ granted: [ConsentRequest], of open: [ConsentRequest], _ output: Output) {
    if common.json {
      output.result([
        "trusted": .array(granted.map { .string($0.path) }),
        "refused": .array(open.filter { !granted.contains($0) }.map { .string($0.path) }),
      ])
    } else if open.isEmpty {
      output.result("nothing waits for consent")
    } else {
      for request in open { output.result("\(granted.contains(request) ? "trusted" : "not trusted"): \(request.path)") }
    }
  }

  /// Everything that the file would bring about, word for word.
  static func text(_ request: ConsentRequest) -> String {
    var lines = ["\(request.path) wants to"]
    for server in request.servers {
      if case .unsupported(let reason) = server.state {
        lines.append("  name \(server.name), which cannot be started: \(TerminalText.clean(reason))")
        continue
      }
      lines.append("  start \(server.name): \(TerminalText.clean(server.commandLine))")
      if let cwd = server.cwd { lines.append("    in \(TerminalText.clean(cwd))") }
      for (name, value) in server.env.sorted(by: { $0.key < $1.key }) {
        lines.append("    with \(TerminalText.clean("\(name)=\(Redaction.isSecret(name) ? "<redacted>" : value)"))")
      }
    }
    if !request.settings.isEmpty { lines.append("  set \(request.settings.joined(separator: ", "))") }
    return lines.joined(separator: "\n")
  }

  private static func agrees(_ context: CommandContext) throws(CommandFailure) -> Bool {
    guard context.isInteractive else {
      throw CommandFailure.usage("nobody can be asked for consent here", hint: "read the above, then give --yes")
    }
    context.output.note("Consent? Type yes: ")
    return readLine()?.lowercased() == "yes"
  }
}
