package import SCRProtocol
package import SCRRuntime

/// Tasks as clients see them (interface.md §3).
package enum TaskProjection {
  /// `{taskId, state, reason?, title, plan, steps, result?, provenance, usage, createdAt, updatedAt, endedAt?,
  /// runAt?, retryOf?, retriedAs?, schedule?, parent?}`. `plan` and `provenance` are null until there are some.
  package static func fields(_ snapshot: TaskSnapshot) -> JSONObject {
    let task = snapshot.task
    var fields: JSONObject = ["taskId": .string(task.id.text), "state": .string(task.state.rawValue)]
    fields["reason"] = task.reason?.json
    fields["title"] = .string(task.title)
    fields["plan"] = task.plan ?? .null
    fields["steps"] = .array(steps(snapshot))
    fields["result"] = task.result
    fields["provenance"] = task.provenance ?? .null
    fields["budget"] = task.budget
    fields["usage"] = usage(snapshot)
    addTimes(of: task, to: &fields)
    return fields
  }

  package static func json(_ snapshot: TaskSnapshot) -> JSONValue { .object(fields(snapshot)) }

  /// A task in a list: `{taskId, state, reason?, title, priority, class, createdAt, updatedAt, endedAt?, runAt?,
  /// retryOf?, retriedAs?, schedule?, parent?}`.
  package static func summary(_ task: AgentTask) -> JSONObject {
    var fields: JSONObject = ["taskId": .string(task.id.text), "state": .string(task.state.rawValue)]
    fields["reason"] = task.reason?.json
    fields["title"] = .string(task.title)
    fields["priority"] = .string(task.priority.name)
    fields["class"] = .string(task.taskClass)
    addTimes(of: task, to: &fields)
    return fields
  }

  private static func addTimes(of task: AgentTask, to fields: inout JSONObject) {
    fields["createdAt"] = .string(task.createdAt.description)
    fields["updatedAt"] = .string(task.updatedAt.description)
    fields["endedAt"] = task.endedAt.map { .string($0.description) }
    fields["runAt"] = task.runAt.map { .string($0.description) }
    if task.planRevision > 0 { fields["planRevision"] = .integer(task.planRevision) }
    fields["retryOf"] = task.retryOf.map { .string($0.text) }
    fields["retriedAs"] = task.retriedAs.map { .string($0.text) }
    fields["schedule"] = task.schedule.map { .string($0) }
    fields["parent"] = task.parent?.json
  }

  /// A task's life: `[{sequence, at, kind, stepId?, data}]`, oldest first.
  package static func history(_ events: [RuntimeEvent]) -> JSONValue {
    .array(
      events.map { event in
        var fields = EventProjection.fields(event)
        fields["taskId"] = nil
        return .object(fields)
      })
  }

  // MARK: Steps

  /// Every step of the plan in its order; those without a record are pending. Records of steps that the plan does not
  /// have follow.
  private static func steps(_ snapshot: TaskSnapshot) -> [JSONValue] {
    let records = Dictionary(snapshot.steps.map { ($0.stepID, $0) }) { $1 }
    let waits = Dictionary(snapshot.waits.compactMap { wait in wait.stepID.map { ($0, wait) } }) { $1 }
    let planned = snapshot.task.plan?["steps"]?.arrayValue ?? []
    var seen: Set<String> = []
    var steps: [JSONValue] = []
    for step in planned {
      guard let id = step["id"]?.stringValue, seen.insert(id).inserted else { continue }
      steps.append(json(id, step, records[id], waits[id]))
    }
    for record in snapshot.steps where seen.insert(record.stepID).inserted {
      steps.append(json(record.stepID, [:], record, waits[record.stepID]))
    }
    return steps
  }

  /// `{id, state, tool?/agent?, needs, attempts, reason?, childTaskId?, wait?, value?, startedAt?, endedAt?, durationMs?}`;
  /// `needs` as the plan writes it, `wait` while it is open.
  private static func json(_ id: String, _ planned: JSONValue, _ record: StepRecord?, _ wait: Wait?) -> JSONValue {
    var fields: JSONObject = [
      "id": .string(id), "state": .string((record?.state ?? .pending).rawValue),
    ]
    fields["tool"] = planned["tool"] ?? (record?.intent?.tool.qualified).map { .string($0) }
    fields["agent"] = planned["agent"]
    fields["needs"] = planned["needs"] ?? []
    fields["attempts"] = .init(record?.attempt ?? 0)
    fields["reason"] = record?.reason?.json
    fields["childTaskId"] = (wait?.childID).map { .string($0.text) }
    fields["wait"] = (wait?.isOpen ?? false) ? wait?.json : nil
    fields["value"] = record?.value
    fields["startedAt"] = (record?.startedAt).map { .string($0.description) }
    fields["endedAt"] = (record?.endedAt).map { .string($0.description) }
    if let start = record?.startedAt, let end = record?.endedAt {
      fields["durationMs"] = .integer(max(0, end.since(start).milliseconds))
    }
    return .object(fields)
  }

  /// `{toolCalls, wallMs, tokens?, costUSD?, models?}` of the task and its children; `models` of its own agents, as
  /// ``ModelLedger/json``. Until it is written down, what the steps tell:
  /// their attempts, and the time from the first step's start to the last one's end.
  private static func usage(_ snapshot: TaskSnapshot) -> JSONValue {
    let steps = snapshot.steps
    let calls = steps.reduce(0) { $0 + ($1.intent == nil ? 0 : $1.attempt) }
    guard let usage = snapshot.task.usage.flatMap({ Usage(json: $0) }) else {
      let start = steps.compactMap(\.startedAt).min()
      let end = steps.compactMap(\.endedAt).max()
      let wall = start.flatMap { start in end.map { max(0, $0.since(start).milliseconds) } } ?? 0
      return models(snapshot, ["toolCalls": .init(calls), "wallMs": .integer(wall)])
    }
    var fields: JSONObject = [
      "toolCalls": .integer(max(usage.toolCalls, Int64(calls))), "wallMs": .integer(usage.wallMs),
    ]
    for name in ["tokens", "costUSD"] {
      if let value = usage.json[name], value != 0 { fields[name] = value }
    }
    return models(snapshot, fields)
  }

  private static func models(_ snapshot: TaskSnapshot, _ usage: JSONObject) -> JSONValue {
    var usage = usage
    if !snapshot.accounts.isEmpty { usage["models"] = snapshot.accounts.json }
    return .object(usage)
  }
}
