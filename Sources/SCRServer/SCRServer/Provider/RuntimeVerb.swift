import MCPServer
import SCRProtocol
import SCRRuntime

/// One of the runtime's own MCP tools.
struct RuntimeVerb: Sendable {
  let tool: MCPTool
  let run: @Sendable (IncomingToolCall) async throws -> JSONValue

  init<Params: Sendable>(
    _ name: String, _ title: String, _ summary: String, _ shape: Shape<Params>,
    outputSchema: JSONValue, annotations: JSONObject,
    _ run: @escaping @Sendable (Params, IncomingToolCall) async throws -> JSONValue
  ) {
    tool = MCPTool(
      name: name, title: title, description: summary, inputSchema: shape.schema, outputSchema: outputSchema,
      annotations: annotations)
    self.run = { call in
      let params: Params
      do throws(ShapeError) { params = try shape.decode(.object(call.arguments), path: "arguments") } catch {
        throw error.rpcError
      }
      return try await run(params, call)
    }
  }
}

extension RuntimeVerb {
  static let submitName = "submit_task"

  /// - Parameter holds: of the connection that the calls come from.
  static func all(_ runtime: CognitiveRuntime, _ holds: AnswerHolds) -> [RuntimeVerb] {
    let verbs = TaskVerbs(runtime: runtime)
    let approvals = ApprovalVerbs(runtime: runtime)
    return [
      RuntimeVerb(
        submitName, "Submit a task", TaskVerbSummary.submit, SubmitTaskParams.shape, outputSchema: VerbSchema.task,
        annotations: ["readOnlyHint": false, "destructiveHint": true, "idempotentHint": false, "openWorldHint": true]
      ) { params, call in
        let questions = TaskQuestions(runtime: runtime, client: call.context.client)
        return try await TaskProgress(runtime: runtime, reporter: call.progress, questions: questions).follow(params) {
          onSubmit in
          try await verbs.submit(params) { id in
            if params.wait != true { holds.hold(id, until: call.id) }
            onSubmit(id)
          }
        }
      },
      RuntimeVerb(
        "get_task", "Get a task", TaskVerbSummary.get, GetTaskParams.shape, outputSchema: VerbSchema.task,
        annotations: VerbSchema.reads
      ) { params, call in
        guard params.wait == true else { return try await verbs.get(params) }
        return try await TaskQuestions(runtime: runtime, client: call.context.client)
          .during(TaskID(params.taskID)) { try await verbs.get(params) }
      },
      RuntimeVerb(
        "list_tasks", "List tasks", TaskVerbSummary.list, ListTasksParams.shape, outputSchema: VerbSchema.list,
        annotations: VerbSchema.reads
      ) { params, _ in try await verbs.list(params) },
      RuntimeVerb(
        "cancel_task", "Cancel a task", TaskVerbSummary.cancel, TaskIDParams.shape, outputSchema: VerbSchema.task,
        annotations: ["readOnlyHint": false, "destructiveHint": true, "idempotentHint": true, "openWorldHint": false]
      ) { params, _ in try await verbs.cancel(params) },
      RuntimeVerb(
        "list_approvals", "List approvals", ApprovalVerbs.listSummary, ListApprovalsParams.shape,
        outputSchema: VerbSchema.approvals, annotations: VerbSchema.reads
      ) { params, _ in try await approvals.list(params) },
      RuntimeVerb(
        "answer_approval", "Answer an approval", ApprovalVerbs.answerSummary, AnswerApprovalParams.shape,
        outputSchema: VerbSchema.approval,
        annotations: ["readOnlyHint": false, "destructiveHint": true, "idempotentHint": false, "openWorldHint": false]
      ) { params, _ in try await approvals.answer(params) },
      RuntimeVerb(
        "status", "Status of the runtime", TaskVerbSummary.status, NoParams.shape, outputSchema: VerbSchema.status,
        annotations: VerbSchema.reads
      ) { _, _ in StatusProjection.json(try await runtime.status()) },
    ] + memory(runtime)
  }
}

/// What the verbs give. Nothing is required: clients check the structured content of failures against it, too.
enum VerbSchema {
  static let reads: JSONObject = [
    "readOnlyHint": true, "destructiveHint": false, "idempotentHint": true, "openWorldHint": false,
  ]
  static let task = object([
    "taskId": ["type": "string"], "state": ["type": "string"], "timedOut": ["type": "boolean"],
    "reason": ["type": "object"], "title": ["type": "string"], "plan": ["type": ["object", "null"]],
    "steps": ["type": "array", "items": ["type": "object"]], "result": [:], "provenance": [:],
    "usage": ["type": "object"], "createdAt": ["type": "string"], "updatedAt": ["type": "string"],
    "endedAt": ["type": "string"], "runAt": ["type": "string"], "isRepeat": ["type": "boolean"],
    "retryOf": ["type": "string"], "retriedAs": ["type": "string"], "schedule": ["type": "string"],
    "parent": ["type": "object"], "history": ["type": "array", "items": ["type": "object"]],
  ])
  static let approvals = object([
    "approvals": ["type": "array", "items": ["type": "object"]], "nextCursor": ["type": "string"],
  ])
  static let approval = object([
    "approvalId": ["type": "string"], "taskId": ["type": "string"], "stepId": ["type": "string"],
    "kind": ["type": "string"], "question": ["type": "string"], "answer": ["type": "object"],
  ])
  static let list = object([
    "tasks": ["type": "array", "items": ["type": "object"]], "nextCursor": ["type": "string"],
    "damaged": ["type": "array", "items": ["type": "string"]],
  ])
  static let status = object([
    "incarnation": ["type": "string"], "startedAt": ["type": "string"], "store": ["type": "object"],
    "tasks": ["type": "object"], "runningTasks": ["type": "integer"], "maxConcurrentTasks": ["type": "integer"],
    "toolCount": ["type": "integer"], "servers": ["type": "array", "items": ["type": "object"]],
  ])

  static func object(_ properties: JSONObject) -> JSONValue {
    var properties = properties
    properties["error"] = ["type": "object"]
    return ["type": "object", "properties": .object(properties)]
  }
}
