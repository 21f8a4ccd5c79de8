package import MCPServer
package import SCRProtocol

package final class EverythingTools: ToolProvider {
  package let listChanges = Observers<Void>()
  let tasks: EverythingTasks
  let prompts: EverythingPrompts
  let pause: EverythingServer.Pause

  init(tasks: EverythingTasks, prompts: EverythingPrompts, pause: @escaping EverythingServer.Pause) {
    self.tasks = tasks
    self.prompts = prompts
    self.pause = pause
  }

  package func listTools() async -> ToolListing {
    ToolListing(tools: Self.all.sorted { $0.name < $1.name }, ttlMs: 60_000)
  }

  package var tellsOfChanges: Bool { true }
  package func observeChanges(_ onChange: @escaping @Sendable () -> Void) -> (any AnyObject & Sendable)? {
    listChanges.add(onChange)
  }

  package func taskSupport(of name: String) -> TaskSupport {
    Self.all.first { $0.name == name }?.taskSupport ?? .forbidden
  }

  package func call(_ call: IncomingToolCall) async throws -> CallToolResult {
    if let result = content(call.name) { return result }
    if let result = try await report(call) { return result }
    if let result = try await question(call) { return result }
    if let result = try inputRequired(call) { return result }
    throw ToolCallFailure.unknownTool("there is no tool \"\(call.name.prefix(200))\"")
  }

  /// Jobs become tasks for those who take them, and are worked off at once for others.
  package func answer(_ call: IncomingToolCall) async throws -> ToolAnswer {
    guard let job = Job(call) else { return .result(try await self.call(call)) }
    if let offer = call.taskOffer, job.kind != .greet { return .task(tasks.start(job, ttlMs: offer.ttlMs)) }
    return .result(try await job.run(pause: pause) { try await call.context.client.ask($0) })
  }

  // MARK: The list

  private static func tool(
    _ name: String, _ description: String, _ properties: JSONObject = [:], required: [JSONValue] = [],
    taskSupport: TaskSupport = .forbidden
  ) -> MCPTool {
    var schema: JSONObject = ["type": "object", "properties": .object(properties)]
    if !required.isEmpty { schema["required"] = .array(required) }
    return MCPTool(
      name: name, description: description, inputSchema: .object(schema), taskSupport: taskSupport)
  }

  private static let all =
    [
      tool("test_simple_text", "Returns text"),
      tool("test_image_content", "Returns an image"),
      tool("test_audio_content", "Returns audio"),
      tool("test_embedded_resource", "Returns an embedded resource"),
      tool("test_multiple_content_types", "Returns text, an image and a resource"),
      tool("test_error_handling", "Returns an error"),
      tool("test_tool_with_progress", "Reports progress"),
      tool("test_tool_with_logging", "Logs while it works"),
      tool("test_logging_tool", "Logs to those who want it"),
      tool("test_sampling", "Asks the client's model", ["prompt": ["type": "string"]], required: ["prompt"]),
      tool("test_elicitation", "Asks the user", ["message": ["type": "string"]], required: ["message"]),
      tool("test_elicitation_sep1034_defaults", "Asks with defaults of every type"),
      tool("test_elicitation_sep1330_enums", "Asks with every kind of choice"),
      tool("test_missing_capability", "Needs a client that samples"),
      tool("test_streaming_elicitation", "Asks the user while it works"),
      tool("test_trigger_tool_change", "Tells that the tools have changed"),
      tool("test_trigger_prompt_change", "Tells that the prompts have changed"),
      tool("test_input_required_result_elicitation", "Asks for a name"),
      tool("test_input_required_result_sampling", "Asks a model for a capital"),
      tool("test_input_required_result_list_roots", "Asks for the roots"),
      tool("test_input_required_result_request_state", "Asks and wants its state back"),
      tool("test_input_required_result_multiple_inputs", "Asks three things at once"),
      tool("test_input_required_result_multi_round", "Asks two things, one after the other"),
      tool("test_input_required_result_tampered_state", "Notices a changed state"),
      tool("test_input_required_result_capabilities", "Asks only what the client can answer"),
      MCPTool(
        name: "json_schema_2020_12_tool", description: "Has a schema with much of JSON Schema 2020-12",
        inputSchema: schema2020),
    ]
    + Job.Kind.allCases.map { kind in
      tool(kind.rawValue, kind.description, kind.properties, taskSupport: kind == .greet ? .forbidden : .optional)
    }

  private static let schema2020: JSONValue = [
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "$defs": [
      "address": [
        "$anchor": "addressDef", "type": "object",
        "properties": ["street": ["type": "string"], "city": ["type": "string"]],
      ]
    ],
    "properties": [
      "name": ["type": "string"], "address": ["$ref": "#/$defs/address"],
      "contactMethod": ["type": "string", "enum": ["phone", "email"]], "phone": ["type": "string"],
      "email": ["type": "string"],
    ],
    "allOf": [["anyOf": [["required": ["phone"]], ["required": ["email"]]]]],
    "if": ["properties": ["contactMethod": ["const": "phone"]], "required": ["contactMethod"]],
    "then": ["required": ["phone"]],
    "else": ["required": ["email"]],
    "additionalProperties": false,
  ]
}
