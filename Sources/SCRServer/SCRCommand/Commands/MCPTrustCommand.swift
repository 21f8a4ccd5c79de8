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

  /// Everything that the file would bring about, word for word; control characters are shown as escapes, so that no
  /// line of it can pass for another.
  static func text(_ request: ConsentRequest) -> String {
    var lines = ["\(request.path) wants to"]
    for server in request.servers { lines += Self.lines(server) }
    for wish in request.settings {
      lines.append("  set \(wish.path) to \(Redaction.redact(wish.value).jsonText)")
      lines += wish.files.prefix(100).map { "    with \($0) as it is now" }
      if wish.files.count > 100 { lines.append("    and \(wish.files.count - 100) more files as they are now") }
    }
    return lines.map(TerminalText.visible).joined(separator: "\n")
  }

  private static func lines(_ server: ServerSettings) -> [String] {
    if case .unsupported(let reason) = server.state {
      return ["  name \(server.name), which cannot be started: \(reason)"]
    }
    var lines = ["  start \(server.name): \(server.commandLine)"]
    if let cwd = server.wording.cwd { lines.append("    in \(cwd)") }
    for (name, value) in server.wording.env.sorted(by: { $0.key < $1.key }) {
      lines.append("    with \(name)=\(shown(value, of: name))")
    }
    let lists = [
      ("allow", server.allowedTools), ("exclude", server.excludedTools), ("take as read-only", server.readOnlyTools),
      ("take as safe to call again", server.idempotentTools),
    ]
    for (verb, tools) in lists where !tools.isEmpty {
      lines.append("    and \(verb) \(JSONValue.array(tools.map { .string($0) }).jsonText)")
    }
    if server.sampling { lines.append("    and let it ask the model") }
    return lines
  }

  private static func shown(_ value: EntryValue, of name: String) -> String {
    switch value {
    case .variable(let reference): "${\(reference.variable)}"
    case .literal(let text): Redaction.isSecret(name) ? "<redacted>" : text
    }
  }

  private static func agrees(_ context: CommandContext) throws(CommandFailure) -> Bool {
    guard context.isInteractive else {
      throw CommandFailure.usage("nobody can be asked for consent here", hint: "read the above, then give --yes")
    }
    context.output.note("Consent? Type yes: ")
    return readLine()?.lowercased() == "yes"
  }
}
