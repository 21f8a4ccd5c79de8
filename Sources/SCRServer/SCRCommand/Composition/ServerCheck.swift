import MCPClient
import SCRConnection
import SCRProcess
import SCRProtocol
import SCRRuntime
import SCRServer
import SCRTools

/// The start of one tool server, looked at closely.
struct ServerCheck: Sendable {
  /// A tool to call once the server is up.
  struct Call: Sendable {
    var tool: String
    var arguments: JSONObject
  }

  struct Health: Sendable {
    var revision: ProtocolRevision
    var implementation: Implementation?
    var toolCount: Int
    /// From spawn to the answered opening, and the list of tools.
    var timings: ToolServerProcess.Timings
    var call: (result: CallToolResult, time: Duration)?
    /// Tools that cannot be offered, with the reason.
    var leftOut: [String]
    /// Lines on its stdout that were no protocol.
    var strayLines: Int
  }

  let name: String
  let outcome: Result<Health, CommandFailure>

  /// Starts the server, looks, and stops it.
  static func run(
    _ server: ServerSettings, call: Call?, in table: ProcessTable, _ context: CommandContext
  ) async throws -> ServerCheck {
    do {
      let definition = server.definition(context.environment)
      let process = try await ToolServerProcess.start(
        definition.spec, in: table, client: Version.implementation, onExit: { _ in })
      do {
        let health = try await look(process, call)
        _ = await process.stop()
        return ServerCheck(name: server.name, outcome: .success(health))
      } catch {
        _ = await process.stop()
        throw error
      }
    } catch let error as CancellationError { throw error } catch {
      return ServerCheck(name: server.name, outcome: .failure(.failed(.serverUnavailable, "\(error)")))
    }
  }

  private static func look(_ process: ToolServerProcess, _ call: Call?) async throws -> Health {
    var answer: (CallToolResult, Duration)?
    if let call {
      let clock = ContinuousClock()
      let begin = clock.now
      answer = (
        try await process.call(call.tool, arguments: call.arguments, CallOptions(timeout: nil)), clock.now - begin
      )
    }
    guard let peer = process.session.peer else {
      throw CommandFailure.failed(.serverUnavailable, "it ended before it told its revision")
    }
    return Health(
      revision: peer.revision, implementation: peer.implementation, toolCount: process.tools.count,
      timings: process.timings, call: answer, leftOut: process.listing.leftOut.map(\.description),
      strayLines: process.session.faults.malformed)
  }

  /// Up, and the call, if there was one, succeeded.
  var isHealthy: Bool {
    guard case .success(let health) = outcome else { return false }
    return health.call?.result.isError != true
  }

  var text: String {
    switch outcome {
    case .failure(let failure): return "✗ \(name)\n" + Self.indented(failure.message)
    case .success(let health):
      let era = health.revision.isModern ? "modern" : "legacy"
      let program = health.implementation.map { "  \(TerminalText.clean("\($0.name) \($0.version)"))" } ?? ""
      var text =
        "\(isHealthy ? "✓" : "✗") \(name)  \(era) \(health.revision.rawValue)"
        + "  \(health.toolCount) \(health.toolCount == 1 ? "tool" : "tools")"
        + "  open \(DurationText.format(health.timings.open))  list \(DurationText.format(health.timings.list))\(program)"
      for tool in health.leftOut { text += "\n  left out: \(TerminalText.clean(tool))" }
      if health.strayLines > 0 { text += "\n  \(health.strayLines) lines on its stdout were no protocol" }
      if let (result, time) = health.call {
        text += "\n  call \(result.isError ? "failed" : "answered") in \(DurationText.format(time))"
        text += "\n" + Self.indented(Self.words(of: result))
      }
      return text
    }
  }

  /// `{name, healthy, era?, revision?, server?, toolCount?, openMs?, listMs?, leftOut?, strayLines?, call?, error?}`.
  var json: JSONValue {
    var fields: JSONObject = ["name": .string(name), "healthy": .bool(isHealthy)]
    switch outcome {
    case .failure(let failure): fields["error"] = failure.json["error"]
    case .success(let health):
      fields["era"] = health.revision.isModern ? "modern" : "legacy"
      fields["revision"] = .string(health.revision.rawValue)
      fields["server"] = health.implementation?.json(for: .july2026)
      fields["toolCount"] = .init(health.toolCount)
      fields["openMs"] = .integer(health.timings.open.milliseconds)
      fields["listMs"] = .integer(health.timings.list.milliseconds)
      if !health.leftOut.isEmpty { fields["leftOut"] = .array(health.leftOut.map { .string($0) }) }
      fields["strayLines"] = .init(health.strayLines)
      if let (result, time) = health.call {
        var call: JSONObject = ["isError": .bool(result.isError), "content": .array(result.content)]
        call["structuredContent"] = result.structuredContent
        call["durationMs"] = .integer(time.milliseconds)
        fields["call"] = .object(call)
      }
    }
    return .object(fields)
  }

  private static func words(of result: CallToolResult) -> String {
    result.content.map { $0["text"]?.stringValue ?? $0.jsonText }.joined(separator: "\n")
  }

  private static func indented(_ text: String) -> String {
    text.split(separator: "\n").map { "  " + TerminalText.clean(String($0)) }.joined(separator: "\n")
  }
}
