import MCPServer
import SCRConnection
import SCRProtocol
import SCRRuntime

/// The tools of a chaos server. Each call leaves a line in the ledger, and its answer names that line.
struct ChaosTools: ToolProvider {
  let ledger: EffectsLedger
  let clock: any RuntimeClock

  private static let longestWork: Int64 = 60_000
  private static let largestResult: Int64 = 1 << 20

  private static let schema: JSONValue = [
    "type": "object",
    "properties": [
      "token": ["type": "string"], "workMs": ["type": "integer"], "lingerMs": ["type": "integer"],
      "refusals": ["type": "integer"], "resultBytes": ["type": "integer"],
      "from": ["type": "object", "additionalProperties": ["type": "string"]],
    ],
    "required": ["token"], "additionalProperties": false,
  ]

  private static let tools: [MCPTool] = [
    MCPTool(
      name: ChaosTool.apply.rawValue, description: "Takes effect once per idempotency key.", inputSchema: schema),
    MCPTool(name: ChaosTool.look.rawValue, description: "Only looks.", inputSchema: schema),
    MCPTool(name: ChaosTool.act.rawValue, description: "Takes effect at every call.", inputSchema: schema),
  ]

  func listTools() async -> ToolListing { ToolListing(tools: Self.tools, ttlMs: 3_600_000) }

  func call(_ call: IncomingToolCall) async throws -> CallToolResult {
    guard let tool = ChaosTool(rawValue: call.name) else {
      throw ToolCallFailure.unknownTool("unknown tool \"\(call.name.prefix(200))\"")
    }
    guard let token = call.arguments["token"]?.stringValue else {
      throw ToolCallFailure.invalidArguments("token: a text is needed")
    }
    var entry = LedgerIndex.Call(tool: tool, token: token, key: call.idempotencyKey)
    entry.refusals = Int(call.arguments["refusals"]?.integerValue ?? 0)
    for field in call.arguments["from"]?.objectValue ?? [:] { entry.from[field.key] = field.value.stringValue }
    try await pause(call.arguments["workMs"])
    let line = await record(entry)
    try await pause(call.arguments["lingerMs"])
    switch line {
    case .failure(let reason): return CallToolResult(text: "the ledger could not be written: \(reason)", isError: true)
    case .success(let line) where line.kind == .refusal:
      return CallToolResult(text: "refused, as the plan wants it", isError: true)
    case .success(let line): return Self.result(line, bytes: call.arguments["resultBytes"])
    }
  }

  private static func result(_ line: LedgerLine, bytes: JSONValue?) -> CallToolResult {
    let length = Int(min(bytes?.integerValue ?? 0, largestResult))
    let filler = length > 0 ? " " + String(repeating: "x", count: length) : ""
    return CallToolResult(text: line.serial + filler, structuredContent: ["serial": .string(line.serial)])
  }

  private func pause(_ milliseconds: JSONValue?) async throws {
    let length = min(milliseconds?.integerValue ?? 0, Self.longestWork)
    if length > 0 { try await clock.sleep(for: .milliseconds(length)) }
  }

  private enum Outcome: Sendable {
    case success(LedgerLine)
    case failure(String)
  }

  private func record(_ call: LedgerIndex.Call) async -> Outcome {
    let now = clock.now().milliseconds
    return await withCheckedContinuation { continuation in
      WireThread.start { [ledger] in
        do { continuation.resume(returning: .success(try ledger.record(call, at: now))) } catch {
          continuation.resume(returning: .failure("\(error)"))
        }
      }
    }
  }
}
