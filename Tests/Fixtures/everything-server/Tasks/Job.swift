import MCPServer
import SCRProtocol

/// What takes a while, and becomes a task for clients that take tasks.
struct Job: Sendable {
  enum Kind: String, Sendable, CaseIterable {
    case slowCompute = "slow_compute"
    case failingJob = "failing_job"
    case protocolErrorJob = "protocol_error_job"
    case confirmDelete = "confirm_delete"
    case multiInput = "multi_input"
    case toolWithTask = "test_tool_with_task"
    case greet

    var description: String {
      switch self {
      case .slowCompute: "Computes slowly"
      case .failingJob: "Ends with an error of the tool"
      case .protocolErrorJob: "Ends with an error of the protocol"
      case .confirmDelete: "Asks before it deletes"
      case .multiInput: "Asks two things at once"
      case .toolWithTask: "Runs as a task"
      case .greet: "Greets at once"
      }
    }

    var properties: JSONObject {
      switch self {
      case .slowCompute: ["seconds": ["type": "number"]]
      case .confirmDelete: ["filename": ["type": "string"]]
      case .greet: ["name": ["type": "string"]]
      default: [:]
      }
    }
  }

  let kind: Kind
  let arguments: JSONObject

  /// Nil for other tools.
  init?(_ call: IncomingToolCall) {
    guard let kind = Kind(rawValue: call.name) else { return nil }
    self.kind = kind
    arguments = call.arguments
  }

  func run(
    pause: EverythingServer.Pause, ask: @Sendable ([String: InputRequest]) async throws -> [String: JSONValue]
  ) async throws -> CallToolResult {
    switch kind {
    case .slowCompute, .toolWithTask:
      try await pause()
      return CallToolResult(text: "The computation is done.")
    case .failingJob: return CallToolResult(text: "The job failed.", isError: true)
    case .protocolErrorJob: throw RPCError(.internal, "the job broke")
    case .confirmDelete:
      let file = arguments["filename"]?.stringValue ?? "a file"
      let form = InputRequest.form(
        "Delete \(file)?", schema: EverythingTools.object(["confirm": ["type": "boolean"]]))
      let answer = try await ask(["confirm": form])["confirm"]
      return CallToolResult(text: answer?["content"]?["confirm"] == true ? "Deleted \(file)." : "Kept \(file).")
    case .multiInput:
      let answers = try await ask([
        "name": .form("What is your name?", schema: EverythingTools.object(["name": ["type": "string"]])),
        "age": .form("How old are you?", schema: EverythingTools.object(["age": ["type": "integer"]])),
      ])
      let name = answers["name"]?["content"]?["name"]?.stringValue ?? "somebody"
      let age = answers["age"]?["content"]?["age"]?.integerValue ?? 0
      return CallToolResult(text: "\(name) is \(age) years old.")
    case .greet: return CallToolResult(text: "Hello, \(arguments["name"]?.stringValue ?? "world")!")
    }
  }
}
