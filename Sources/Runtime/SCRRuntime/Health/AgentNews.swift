import SCRProtocol

/// What an exit or a failing server is to be told as: evidence that is kept, an event, or both.
struct AgentNews: Sendable, Hashable {
  var incident: Incident
  var event: EventDraft?

  /// - Returns: nil for what ends every day: attempts that failed, and what was stopped in order.
  init?(_ report: ExitReport, at now: Timestamp) {
    guard let incident = Incident(report, at: now) else { return nil }
    self.incident = incident
    let kind: EventKind =
      switch (incident.kind, report.consequence) {
      case (.stuck, _): .agentStuck
      case (_, .restarting): .agentRestarted
      default: .agentStopped
      }
    var data: JSONObject = [
      "supervisor": .string(report.supervisor), "agent": .string(report.offender.id),
      "reason": .string(incident.reason), "restarts": JSONValue(report.offender.restarts),
    ]
    data["cause"] = (report.stuckCause?.rawValue).map { .string($0) }
    if case .restarting(let pause) = report.consequence { data["afterMs"] = .integer(pause.milliseconds) }
    event = EventDraft(kind, taskID: incident.taskID, stepID: incident.stepID, data: .object(data))
  }

  /// The end of the task has an event of its own.
  init(poisoned task: AgentTask, _ steps: [StepRecord], _ reason: TaskReason, at now: Timestamp) {
    incident = Incident(poisoned: task, steps, reason, at: now)
  }

  /// The server's state has an event of its own.
  init(server: String, _ status: ToolServerStatus, at now: Timestamp) {
    incident = Incident(server: server, status, at: now)
  }
}
