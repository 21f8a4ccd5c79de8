import SCRProtocol

/// The records of a task's steps with the changes and events that are still to be committed. Pure.
struct StepJournal: Sendable {
  let taskID: TaskID
  private var byID: [String: StepRecord]
  /// The order of their first write.
  private var order: [String]
  private var changed: [String] = []
  private var events: [EventDraft] = []

  init(taskID: TaskID, records: [StepRecord]) {
    self.taskID = taskID
    order = records.map(\.stepID)
    byID = Dictionary(records.map { ($0.stepID, $0) }) { $1 }
  }

  subscript(stepID: String) -> StepRecord? { byID[stepID] }

  var records: [StepRecord] { order.compactMap { byID[$0] } }

  mutating func takeChanges() -> [StoreChange] {
    defer { changed = [] }
    return changed.compactMap { byID[$0] }.map { .putStep($0) }
  }

  mutating func takeEvents() -> [EventDraft] {
    defer { events = [] }
    return events
  }

  mutating func tell(_ kind: EventKind, stepID: String? = nil, data: JSONValue) {
    events.append(EventDraft(kind, taskID: taskID, stepID: stepID, data: data))
  }

  /// Of another task than the journal's.
  mutating func tell(_ event: EventDraft) { events.append(event) }

  // MARK: What happens to a step

  /// Writes the intent.
  /// - Returns: the call to make once the intent is committed; nil for work that no tool does.
  mutating func begin(
    _ stepID: String, _ work: StepWork, attempt: Int, timeout: Duration?, effect: (ToolName) -> ToolEffect,
    now: Timestamp
  ) -> ToolCall? {
    guard case .tool(let tool, let arguments) = work else { return nil }
    if attempt == 1, byID[stepID]?.state != .ready { tell(.stepReady, stepID: stepID, data: [:]) }
    let intent = StepIntent(
      tool: tool, arguments: arguments, idempotencyKey: "\(taskID)/\(stepID)", effect: effect(tool))
    change(stepID) { record in
      record.state = .running
      record.attempt = attempt
      record.intent = intent
      record.value = nil
      record.reason = nil
      record.startedAt = now
      record.endedAt = nil
    }
    tell(.stepStarted, stepID: stepID, data: ["attempt": JSONValue(attempt)])
    tell(.toolCalled, stepID: stepID, data: ["tool": .string(tool.qualified), "attempt": JSONValue(attempt)])
    return ToolCall(
      name: tool, arguments: arguments,
      context: ToolContext(
        taskID: taskID, stepID: stepID, idempotencyKey: intent.idempotencyKey, timeout: timeout))
  }

  /// An agent begins; what it does is in a journal of its own.
  mutating func begin(_ stepID: String, agent: AgentKind, attempt: Int, now: Timestamp) {
    if attempt == 1, byID[stepID]?.state != .ready { tell(.stepReady, stepID: stepID, data: [:]) }
    change(stepID) { record in
      record.state = .running
      record.attempt = attempt
      record.value = nil
      record.reason = nil
      record.startedAt = now
      record.endedAt = nil
    }
    tell(.stepStarted, stepID: stepID, data: ["attempt": JSONValue(attempt), "agent": .string(agent.rawValue)])
  }

  /// An agent has come to its answer.
  mutating func worked(_ stepID: String, _ value: JSONValue, now: Timestamp) { waited(stepID, value, now: now) }

  mutating func succeeded(_ stepID: String, _ result: ToolResult, now: Timestamp) {
    answered(stepID, result, now: now)
    change(stepID) { $0.state = .completed }
    tell(
      .stepCompleted, stepID: stepID,
      data: ["attempt": JSONValue(byID[stepID]?.attempt ?? 1), "durationMs": duration(stepID)])
  }

  mutating func answered(_ stepID: String, _ result: ToolResult, now: Timestamp) {
    change(stepID) { record in
      record.value = result.json
      record.endedAt = now
    }
    tell(
      .toolReturned, stepID: stepID,
      data: ["tool": tool(stepID), "isError": .bool(result.isError), "durationMs": duration(stepID)])
  }

  mutating func gaveNoAnswer(_ stepID: String, _ error: ToolError, now: Timestamp) {
    change(stepID) { $0.endedAt = now }
    guard byID[stepID]?.intent != nil else { return }
    tell(
      error.kind == .denied ? .toolDenied : .toolReturned, stepID: stepID,
      data: [
        "tool": tool(stepID), "error": ["kind": .string(error.kind.name), "message": .string(error.message)],
        "durationMs": duration(stepID),
      ])
  }

  /// An agent came to no answer.
  mutating func gaveUp(_ stepID: String, now: Timestamp) { change(stepID) { $0.endedAt = now } }

  /// The attempt never reached its tool: it does not count.
  mutating func withdrawn(_ stepID: String) {
    change(stepID) { record in
      record.state = .ready
      record.attempt -= 1
      record.endedAt = nil
    }
  }

  mutating func retrying(
    _ stepID: String, next attempt: Int, after pause: Duration, _ reason: TaskReason, now: Timestamp
  ) {
    // Not `running`: a crash during the pause leaves no call whose outcome would be unknown.
    change(stepID) { record in
      record.state = .ready
      record.reason = reason
    }
    tell(
      .stepRetrying, stepID: stepID,
      data: ["attempt": JSONValue(attempt), "afterMs": .integer(pause.milliseconds), "reason": reason.json])
  }

  mutating func failed(_ stepID: String, _ reason: TaskReason, now: Timestamp) {
    end(stepID, .failed, reason, now: now)
    tell(.stepFailed, stepID: stepID, data: ["reason": reason.json])
  }

  mutating func skipped(_ stepID: String, _ reason: TaskReason, now: Timestamp) {
    end(stepID, .skipped, reason, now: now)
    tell(.stepSkipped, stepID: stepID, data: ["reason": reason.json])
  }

  /// It may begin, and there is no free slot.
  mutating func ready(_ stepID: String) {
    change(stepID) { $0.state = .ready }
    tell(.stepReady, stepID: stepID, data: [:])
  }

  /// A revised plan has no such step any more, or begins it anew.
  mutating func forget(_ stepIDs: [String]) {
    for stepID in stepIDs { byID[stepID] = nil }
    order.removeAll { stepIDs.contains($0) }
    changed.removeAll { stepIDs.contains($0) }
  }

  /// A revised plan has no such step any more; its attempt is being stopped.
  mutating func stopped(_ stepIDs: [String], now: Timestamp) {
    for stepID in stepIDs {
      let reason = TaskReason(
        .cancelled, "the revised plan has no such step; its call was stopped and may have taken effect",
        stepID: stepID)
      end(stepID, .cancelled, reason, now: now)
    }
  }

  mutating func waits(_ stepID: String, for wait: Wait, attempt: Int, now: Timestamp) {
    if attempt == 1, byID[stepID] == nil { tell(.stepReady, stepID: stepID, data: [:]) }
    change(stepID) { record in
      record.state = .waiting
      record.reason = wait.reason
      record.attempt = attempt
      record.value = nil
      // A call whose outcome is unknown began earlier.
      if wait.kind != .unknownOutcome { record.startedAt = now }
      record.endedAt = nil
    }
    var data: JSONObject = ["waitId": .string(wait.id), "kind": .string(wait.kind.rawValue)]
    data["attempt"] = JSONValue(attempt)
    data["childTaskId"] = wait.childID.map { .string($0.text) }
    data["dueAt"] = wait.dueAt.map { .string($0.description) }
    tell(.stepWaiting, stepID: stepID, data: .object(data))
    if wait.kind.isQuestion { asks(wait) }
  }

  mutating func asks(_ wait: Wait) { tell(.approvalRequested, stepID: wait.stepID, data: wait.json) }

  /// A wait has ended well.
  mutating func waited(_ stepID: String, _ value: JSONValue, now: Timestamp) {
    change(stepID) { record in
      record.state = .completed
      record.reason = nil
      record.value = value
      record.endedAt = now
    }
    tell(
      .stepCompleted, stepID: stepID,
      data: ["attempt": JSONValue(byID[stepID]?.attempt ?? 1), "durationMs": duration(stepID)])
  }

  mutating func cancelled(_ stepIDs: [String], now: Timestamp) {
    for stepID in stepIDs {
      end(stepID, .cancelled, TaskReason(.cancelled, "the task ended before the step did", stepID: stepID), now: now)
    }
  }

  /// It is cancelled, and its worker is left behind.
  mutating func stuck(_ stepID: String, now: Timestamp) {
    let reason = TaskReason(
      kind: TaskReason.stuck,
      message: "its worker went on although it was told to stop: it was left behind, and its result will be refused",
      stepID: stepID, hint: "a tool server that ignores cancellation may still be at work")
    end(stepID, .cancelled, reason, now: now)
    tell(.agentStuck, stepID: stepID, data: ["agent": "worker", "tool": tool(stepID)])
  }

  private mutating func end(_ stepID: String, _ state: StepState, _ reason: TaskReason, now: Timestamp) {
    change(stepID) { record in
      record.state = state
      record.reason = reason
      record.endedAt = record.endedAt ?? now
    }
  }

  private mutating func change(_ stepID: String, _ edit: (inout StepRecord) -> Void) {
    if byID[stepID] == nil {
      byID[stepID] = StepRecord(taskID: taskID, stepID: stepID)
      order.append(stepID)
    }
    edit(&byID[stepID]!)
    if !changed.contains(stepID) { changed.append(stepID) }
  }

  private func tool(_ stepID: String) -> JSONValue {
    byID[stepID]?.intent.map { .string($0.tool.qualified) } ?? .null
  }

  private func duration(_ stepID: String) -> JSONValue {
    guard let record = byID[stepID], let started = record.startedAt, let ended = record.endedAt else { return .null }
    return .integer(ended.since(started).milliseconds)
  }
}
