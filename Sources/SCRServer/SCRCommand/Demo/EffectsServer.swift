import ArgumentParser
import MCPServer
import SCRConnection
import SCRProtocol

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// `scr demo-effects`: the tool server of the crash test. What it does leaves a trace that survives every crash.
struct EffectsCommand: Command {
  static let configuration = CommandConfiguration(
    commandName: "demo-effects", abstract: "The tool server of scr demo --crash-test.", shouldDisplay: false)

  @Option(help: "Where its effects go.") var folder: String
  var wantsJSON: Bool { false }

  func run(in context: CommandContext) async throws -> CommandExit {
    let handler = MCPServerHandler(
      identity: ServerIdentity(implementation: Implementation(name: "scr-demo-effects", version: Version.text)),
      tools: EffectsTools(folder: folder))
    await StdioServer.run(
      handler: handler, input: context.wire.input, output: context.wire.output,
      onOutputClosed: { Entry.end(.success) })
    return .success
  }
}

/// Two tools: `append` adds a line to a file, `hold` never answers the first time it is called.
struct EffectsTools: ToolProvider {
  static let effectsFile = "effects.txt"
  private static let marker = "held"
  let folder: String

  private static let tools: [MCPTool] = [
    MCPTool(
      name: "append", description: "Adds a line to the effects file.",
      inputSchema: [
        "type": "object", "properties": ["line": ["type": "string"]], "required": ["line"],
        "additionalProperties": false,
      ]),
    MCPTool(
      name: "hold", description: "Does not answer the first time, so that somebody can kill us meanwhile.",
      inputSchema: ["type": "object", "additionalProperties": false]),
  ]

  func listTools() async -> ToolListing { ToolListing(tools: Self.tools, ttlMs: 3_600_000) }

  func call(_ call: IncomingToolCall) async throws -> CallToolResult {
    switch call.name {
    case "append":
      guard let line = call.arguments["line"]?.stringValue else {
        throw ToolCallFailure.invalidArguments("line: a text is needed")
      }
      let failure = await onThread { Self.append(line + "\n", to: "\(folder)/\(Self.effectsFile)") }
      return failure.map { CallToolResult(text: $0, isError: true) } ?? CallToolResult(text: "appended \(line)")
    case "hold":
      let isFirst = await onThread { Self.create("\(folder)/\(Self.marker)") }
      if isFirst { try await ContinuousClock().sleep(for: .seconds(3600)) }
      return CallToolResult(text: "held before, so it goes on now")
    default: throw ToolCallFailure.unknownTool("unknown tool \"\(call.name.prefix(200))\"")
    }
  }

  private func onThread<Value: Sendable>(_ work: @escaping @Sendable () -> Value) async -> Value {
    await withCheckedContinuation { continuation in
      WireThread.start { continuation.resume(returning: work()) }
    }
  }

  /// - Returns: what went wrong.
  private static func append(_ text: String, to path: String) -> String? {
    let file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
    guard file >= 0 else { return String(cString: strerror(errno)) }
    defer { close(file) }
    let bytes = Array(text.utf8)
    return write(file, bytes, bytes.count) == bytes.count && fsync(file) == 0 ? nil : String(cString: strerror(errno))
  }

  /// - Returns: false if the file was there.
  private static func create(_ path: String) -> Bool {
    let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    if file >= 0 { close(file) }
    return file >= 0
  }
}
