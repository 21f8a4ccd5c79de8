import SCRProtocol

extension EventShape {
  private static let text: JSONValue = ["type": "string"]
  private static let moment: JSONValue = ["type": "string", "format": "date-time"]
  private static let count: JSONValue = ["type": "integer", "minimum": 0]
  private static let flag: JSONValue = ["type": "boolean"]
  private static let names: JSONValue = ["type": "array", "items": ["type": "string"]]
  private static let duration: JSONValue = ["type": ["integer", "null"]]
  private static let reason: JSONValue = [
    "type": "object",
    "properties": [
      "kind": text, "message": text, "stepId": text, "hint": text, "retryAfterMs": count,
    ], "required": ["kind", "message"], "additionalProperties": false,
  ]
  private static let parent: JSONValue = [
    "type": "object", "properties": ["taskId": text, "stepId": text], "required": ["taskId", "stepId"],
    "additionalProperties": false,
  ]
  /// Steps that a planner or a critic of the task added, with their tools or kinds of agent.
  private static let added: JSONValue = [
    "type": "array",
    "items": [
      "type": "object", "properties": ["id": text, "work": text], "required": ["id", "work"],
      "additionalProperties": false,
    ],
  ]
  private static let error: JSONValue = [
    "type": "object", "properties": ["kind": text, "message": text], "required": ["kind", "message"],
    "additionalProperties": false,
  ]

  /// Of every kind that this version writes.
  package static let all: [EventShape] = tasks + plans + steps + questions + agents + queue

  private static let tasks: [EventShape] = [
    EventShape(
      .taskSubmitted, "A task was accepted.", .always("title", text), .perhaps("retryOf", text),
      .perhaps("schedule", text), .perhaps("parent", parent)),
    EventShape(
      .taskScheduled, "A task begins later: as it was submitted, or as a further run of one that failed.",
      .always("runAt", moment), .perhaps("failedRuns", count), .perhaps("attempts", count), .perhaps("reason", reason),
      .perhaps("openChildren", count)),
    EventShape(
      .taskQueued, "A task waits for its turn: new, due, or after a wait, a crash or a stop.",
      .perhaps("priority", count), .perhaps("due", flag), .perhaps("resumed", flag), .perhaps("interrupted", flag),
      .perhaps("recovered", flag), .perhaps("interruptions", count)),
    EventShape(.taskStarted, "A runtime has taken the task.", .always("epoch", count)),
    EventShape(
      .taskWaiting, "Only what waits is left of the task.", .always("steps", names), .perhaps("reason", reason),
      .always("needsAnswer", flag)),
    ending(.taskCompleted, "A task has come to a good end."), ending(.taskFailed, "A task has failed."),
    ending(.taskCancelled, "A task was cancelled."), ending(.taskDead, "A task was given up as a dead letter."),
    EventShape(.taskRetried, "Another task does its work again.", .always("retriedAs", text)),
    EventShape(
      .taskLooping, "A task goes round in circles.",
      .always("kind", ["enum": .array(LoopVerdict.Kind.allCases.map { .string($0.rawValue) })]),
      .always("count", count), .always("tool", text), .perhaps("otherTool", text)),
    EventShape(
      .scheduleSkipped, "Ticks of a schedule were left out.", .always("schedule", text),
      .always("reason", ["enum": ["missed", "overlap"]]), .perhaps("count", count), .perhaps("tick", moment),
      .perhaps("holder", text)),
    EventShape(
      .scheduleFailed, "A schedule cannot go on until it is put anew.", .always("schedule", text),
      .always("problem", text)),
  ]

  private static func ending(_ kind: EventKind, _ summary: String) -> EventShape {
    EventShape(
      kind, summary, .perhaps("reason", reason), .perhaps("parent", parent), .perhaps("openChildren", count))
  }

  private static let plans: [EventShape] = [
    EventShape(
      .planCreated, "A task has a plan.", .always("steps", names), .perhaps("takenOver", names),
      .perhaps("from", text)),
    EventShape(
      .planRevised, "A task has another plan.", .always("steps", names), .always("kept", names),
      .always("forgotten", names), .perhaps("stopped", names), .perhaps("cancelledChildren", names),
      .perhaps("added", added), .always("by", text)),
  ]

  private static let steps: [EventShape] = [
    EventShape(.stepReady, "A step may begin."),
    EventShape(.stepStarted, "An attempt of a step begins.", .always("attempt", count), .perhaps("agent", text)),
    EventShape(
      .stepWaiting, "A step waits.", .always("waitId", text), .always("kind", kinds), .always("attempt", count),
      .perhaps("childTaskId", text), .perhaps("dueAt", moment)),
    EventShape(
      .stepCompleted, "A step has come to a good end.", .always("attempt", count), .always("durationMs", duration)),
    EventShape(.stepFailed, "A step has failed for good.", .always("reason", reason)),
    EventShape(
      .stepRetrying, "A step is tried again after a pause.", .always("attempt", count), .always("afterMs", count),
      .always("reason", reason)),
    EventShape(.stepSkipped, "A step is left out.", .always("reason", reason)),
    EventShape(
      .toolCalled, "A tool is called, by a step or by the agent of one.", .always("tool", text),
      .always("attempt", count), .perhaps("agent", text), .perhaps("call", count)),
    EventShape(
      .toolReturned, "A tool has answered, or gave no answer.", .always("tool", ["type": ["string", "null"]]),
      .perhaps("isError", flag), .perhaps("error", error), .always("durationMs", duration), .perhaps("attempt", count),
      .perhaps("agent", text), .perhaps("call", count)),
    EventShape(
      .toolDenied, "A policy denies the call.", .always("tool", ["type": ["string", "null"]]), .always("error", error),
      .always("durationMs", duration)),
    EventShape(
      .modelStarted, "An agent asks its model.", .always("agent", text), .always("attempt", count),
      .always("turn", count), .always("provider", text)),
    EventShape(
      .modelDelta, "A piece of a model's answer, or of what it thinks; never stored.", .perhaps("text", text),
      .perhaps("reasoning", text), .perhaps("agent", text), .perhaps("turn", count)),
    EventShape(
      .modelFinished, "A model has answered, or gave no answer.", .always("agent", text), .always("attempt", count),
      .always("turn", count), .perhaps("provider", text), .perhaps("model", text), .perhaps("finish", text),
      .perhaps("usage", ["type": "object"]), .perhaps("scripted", flag), .perhaps("degraded", flag),
      .perhaps("cached", flag), .perhaps("error", error)),
    EventShape(
      .taskSteered, "Somebody said something to a task's agents.", .always("messageId", text), .always("by", text),
      .always("text", text)),
    EventShape(.findingAdded, "A finding was kept.", .always("number", count)),
  ]

  private static let kinds: JSONValue = ["enum": .array(WaitKind.allCases.map { .string($0.rawValue) })]

  private static let questions: [EventShape] = [
    question(.approvalRequested, "Somebody is asked."), question(.approvalAnswered, "Somebody has answered."),
  ]

  private static func question(_ kind: EventKind, _ summary: String) -> EventShape {
    EventShape(
      kind, summary, .always("approvalId", text), .always("taskId", text), .perhaps("stepId", text),
      .always("kind", kinds), .perhaps("question", text), .perhaps("options", names), .perhaps("schema", true),
      .perhaps("event", text), .perhaps("key", text), .perhaps("childTaskId", text), .perhaps("onTimeout", text),
      .perhaps("answer", ["type": "object"]), .always("requestedAt", moment), .perhaps("dueAt", moment))
  }

  private static let agents: [EventShape] = [
    EventShape(
      .agentStarted, "An agent of the runtime begins.", .always("supervisor", text), .always("agent", text),
      .always("agentKind", text), .always("incarnation", text)),
    EventShape(
      .agentStopped, "An agent has ended, in order or because its supervisor gave it up.", .always("supervisor", text),
      .always("agent", text), .perhaps("agentKind", text), .perhaps("incarnation", text), .always("reason", text),
      .perhaps("restarts", count), .perhaps("cause", text)),
    EventShape(
      .agentRestarted, "An agent is started again.", .always("supervisor", text), .always("agent", text),
      .always("reason", text), .always("restarts", count), .perhaps("cause", text), .perhaps("afterMs", count)),
    EventShape(
      .agentStuck, "An agent is silent, stands still, or does not stop; it was fenced.", .perhaps("supervisor", text),
      .always("agent", text), .perhaps("reason", text), .perhaps("restarts", count), .perhaps("cause", text),
      .perhaps("afterMs", count), .perhaps("tool", ["type": ["string", "null"]])),
    EventShape(
      .serverState, "A tool server is in another state.", .always("server", text), .always("state", text),
      .always("tools", count), .always("restarts", count), .perhaps("reason", text)),
    EventShape(
      .processSwept, "A process that an earlier life left was ended.", .always("pid", count), .always("name", text),
      .always("outcome", text)),
  ]

  private static let queue: [EventShape] = [
    scope(.queuePaused, "Nothing of the queue, or of a class, begins."),
    scope(.queueResumed, "The queue, or a class, goes on: somebody said so, or the time of its hold is over."),
    scope(.queueCleared, "What waited was cancelled."), scope(.queueDrained, "What waited was taken out."),
  ]

  private static func scope(_ kind: EventKind, _ summary: String) -> EventShape {
    EventShape(kind, summary, .perhaps("class", text), .perhaps("until", moment), .perhaps("count", count))
  }
}
