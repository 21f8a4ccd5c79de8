import SCRConnection
import SCRProtocol
import SCRRuntime
import SCRServer
import SCRTestSupport
import Testing

@Suite("Projections")
struct ProjectionTests {
  private let start = Timestamp(milliseconds: 1_700_000_000_000)

  @Test("a task has every step of its plan in order; those without a record are pending")
  func task() {
    var task = AgentTask(
      id: TaskID("task_1"), title: "Two",
      plan: [
        "steps": [
          ["id": "b", "tool": "files.read", "arguments": [:]],
          ["id": "a", "agent": "writer", "goal": "g", "needs": ["b"]],
        ]
      ], state: .running, retryOf: TaskID("task_0"), createdAt: start)
    task.updatedAt = start + .seconds(2)
    let record = StepRecord(
      taskID: task.id, stepID: "b", state: .completed, attempt: 2,
      intent: StepIntent(
        tool: ToolName(server: "files", tool: "read"), arguments: [:], idempotencyKey: "k", effect: .readOnly),
      value: ["text": "x"], startedAt: start + .seconds(1), endedAt: start + .milliseconds(1250))
    #expect(
      TaskProjection.json(TaskSnapshot(task: task, steps: [record])) == [
        "taskId": "task_1", "state": "running", "title": "Two", "plan": task.plan ?? .null,
        "steps": [
          [
            "id": "b", "state": "completed", "tool": "files.read", "needs": [], "attempts": 2, "value": ["text": "x"],
            "startedAt": "2023-11-14T22:13:21.000Z", "endedAt": "2023-11-14T22:13:21.250Z", "durationMs": 250,
          ],
          ["id": "a", "state": "pending", "agent": "writer", "needs": ["b"], "attempts": 0],
        ],
        "provenance": nil, "usage": ["toolCalls": 2, "wallMs": 250], "createdAt": "2023-11-14T22:13:20.000Z",
        "updatedAt": "2023-11-14T22:13:22.000Z", "retryOf": "task_0",
      ])
  }

  @Test("an event keeps the type of the id it is sent for, and is told in a few words")
  func event() {
    let event = RuntimeEvent(
      sequence: 7, at: start, kind: .stepCompleted, taskID: TaskID("task_1"), stepID: "list", data: ["attempt": 1])
    #expect(
      EventProjection.params(event, subscription: .integer(4)) == [
        "subscription": 4, "sequence": 7, "at": "2023-11-14T22:13:20.000Z", "kind": "step.completed",
        "taskId": "task_1", "stepId": "list", "data": ["attempt": 1],
      ])
    #expect(EventProjection.summary(event) == "step list completed")
    #expect(EventProjection.summary(RuntimeEvent(sequence: 1, at: start, kind: .taskQueued)) == "task queued")
    let called = RuntimeEvent(sequence: 2, at: start, kind: .toolCalled, stepID: "list")
    #expect(EventProjection.summary(called) == "step list: tool called")
  }

  @Test("servers show what is known of them; one that failed makes the runtime degraded")
  func status() {
    let servers = [
      "good": ToolServerStatus(state: .ready, toolCount: 3, restarts: 1, protocolRevision: "2025-11-25", pid: 42),
      "bad": ToolServerStatus(state: .failed, reason: "no such file"),
    ]
    #expect(
      StatusProjection.servers(servers) == [
        ["name": "bad", "state": "failed", "toolCount": 0, "restarts": 0, "reason": "no such file"],
        [
          "name": "good", "state": "ready", "toolCount": 3, "restarts": 1, "protocolRevision": "2025-11-25", "pid": 42,
        ],
      ])
  }

  @Test("health has the worst of its checks, and what is not well as reasons")
  func health() {
    let report = HealthReport(
      [
        HealthCheck(.store, .ok, "it can be read", since: start),
        HealthCheck(.servers, name: "bad", .degraded, "the tool server bad failed", hint: "look"),
      ], incidents: 2)
    #expect(
      StatusProjection.health(report, .durable(path: "/s/scr.sqlite")) == [
        "status": "degraded", "store": ["durability": "durable", "path": "/s/scr.sqlite"],
        "reasons": ["the tool server bad failed"],
        "checks": [
          [
            "name": "store", "kind": "store", "status": "ok", "detail": "it can be read",
            "since": "2023-11-14T22:13:20.000Z",
          ],
          [
            "name": "bad", "kind": "servers", "status": "degraded", "detail": "the tool server bad failed",
            "hint": "look",
          ],
        ], "incidents": 2,
      ])
  }

  @Test("errors of every layer become JSON-RPC errors with kind, path and hint")
  func errors() {
    func seen(_ error: any RPCErrorConvertible) -> JSONValue { error.rpcError.json }
    #expect(
      seen(
        RuntimeError(
          .queueFull, "full", hint: "wait", path: "plan.steps[0]", taskID: TaskID("t"), isRetryable: true,
          retryAfter: .seconds(1))) == [
          "code": 1002, "message": "full",
          "data": [
            "kind": "queue_full", "retryable": true, "retryAfterMs": 1000, "taskId": "t",
            "path": "params.plan.steps[0]",
            "hint": "wait",
          ],
        ])
    #expect(
      seen(ToolError(.timeout, "late", isRetryable: true)) == [
        "code": 1008, "message": "late", "data": ["kind": "timeout", "retryable": true],
      ])
    #expect(
      seen(StoreError(.badCursor, "bad")) == [
        "code": -32602, "message": "bad",
        "data": ["kind": "invalid_params", "retryable": false, "path": "params.cursor"],
      ])
    #expect(
      seen(StoreError(.diskFull, "no room")) == [
        "code": 1018, "message": "no room", "data": ["kind": "store_unavailable", "retryable": true],
      ])
  }
}
