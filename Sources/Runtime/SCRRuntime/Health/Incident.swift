/// Something that went wrong with an agent, an attempt or a tool server, and what was seen then.
package struct Incident: Sendable, Hashable {
  package enum Kind: String, Sendable, Hashable, CaseIterable {
    /// It threw.
    case crashed
    /// It gave no sign of life, did not get on, or could not be stopped.
    case stuck
    /// Its supervisor started it again too often and ended.
    case gaveUp = "gave_up"
    case serverFailed = "server_failed"
    /// A task under which the runtime died again and again.
    case poisoned
  }

  /// Counts incidents from 1.
  package var number: Int64 = 0
  package var kind: Kind
  /// Nil for tool servers.
  package var supervisor: String?
  /// The agent, the task's runner, the attempt, or the tool server.
  package var child: String
  /// One line without control characters; what a tool server wrote is in ``evidence`` alone.
  package var reason: String
  /// The first time; ``lastAt`` is the newest of ``times``.
  package var at: Timestamp
  package var lastAt: Timestamp
  package var times = 1
  package var cause: StuckChild.Cause?
  package var startedAt: Timestamp?
  /// The newest sign of life that somebody saw.
  package var lastBeat: Timestamp?
  /// How often it had been started again before.
  package var restarts = 0
  /// What it was working on.
  package var taskID: TaskID?
  package var stepID: String?
  /// The last lines that a tool server wrote to its stderr, cut to ``evidenceLines`` and ``evidenceBytes``.
  package var evidence: [String] = []
  /// What the runtime did about it, in words.
  package var done: String

  package static let evidenceLines = 20
  package static let evidenceBytes = 4096

  package init(
    _ kind: Kind, supervisor: String? = nil, child: String, reason: String, at: Timestamp, done: String
  ) {
    self.kind = kind
    self.supervisor = supervisor
    self.child = child
    self.reason = reason
    self.at = at
    lastAt = at
    self.done = done
  }

  /// Whether `other` is the same again.
  func isRepeated(by other: Incident) -> Bool {
    kind == other.kind && supervisor == other.supervisor && child == other.child && reason == other.reason
  }
}

extension Incident {
  /// What an exit means; nil for one that is no incident: what ended in order, and attempts that failed.
  package init?(_ report: ExitReport, at now: Timestamp) {
    let work = WorkName(report)
    let kind: Kind
    switch (report.consequence, report.reason) {
    case (.gaveUp, _): kind = .gaveUp
    case (_, .stuck): kind = .stuck
    case (_, .error): kind = .crashed
    default: return nil
    }
    self.init(
      kind, supervisor: report.supervisor, child: report.offender.id,
      reason: ServerWatch.headline(of: report.reason.description), at: now, done: Self.done(report, work))
    cause = report.stuckCause
    startedAt = report.offender.startedAt
    lastBeat = report.lastBeat
    restarts = report.offender.restarts
    (taskID, stepID) = (work.taskID, work.stepID)
  }

  /// - Parameter status: of a server that failed.
  package init(server: String, _ status: ToolServerStatus, at now: Timestamp) {
    self.init(
      .serverFailed, child: server, reason: status.reason.map(ServerWatch.headline) ?? "no reason is known", at: now,
      done: "it is not started again by itself; its tools answer with server_unavailable")
    restarts = status.restarts
    evidence = status.reason.map(StderrEvidence.lines) ?? []
  }

  /// - Parameters:
  ///   - task: as it was left running.
  ///   - steps: its records as they were then.
  package init(poisoned task: AgentTask, _ steps: [StepRecord], _ reason: TaskReason, at now: Timestamp) {
    let open = steps.filter { $0.state == .running }
    let calls = open.map { "\($0.stepID) called \($0.intent?.tool.qualified ?? "no tool")" }.joined(separator: ", ")
    self.init(
      .poisoned, supervisor: WorkName.runners, child: task.id.text,
      reason: ServerWatch.headline(of: reason.message + (calls.isEmpty ? "" : "; \(calls)")), at: now,
      done: "it became a dead letter; scr tasks retry submits it again")
    startedAt = open.compactMap(\.startedAt).min()
    (taskID, stepID) = (task.id, open.first?.stepID)
  }

  private static func done(_ report: ExitReport, _ work: WorkName) -> String {
    switch report.consequence {
    case .restarting(let pause): "started again after \(pause.milliseconds) ms"
    case .gaveUp: "its supervisor ended"
    case .autoShutdown: "its supervisor shut down with it"
    case .stopped: "it stays down"
    case .removed:
      work.stepID == nil
        ? "it is not started again" : "fenced: its late answer is ignored; the step's own rules say what follows"
    }
  }
}

/// What a child of the supervisors of work is about.
struct WorkName: Sendable, Hashable {
  private(set) var taskID: TaskID?
  private(set) var stepID: String?
  private(set) var attempt: Int?

  static let runners = "runners"
  static let workers = "workers"

  init(_ report: ExitReport) { self.init(supervisor: report.supervisor, child: report.offender.id) }

  init(supervisor: String, child: String) {
    switch supervisor {
    case Self.runners: taskID = TaskID(child)
    case Self.workers:
      let parts = child.split(separator: "/", maxSplits: 1)
      guard parts.count == 2, let mark = parts[1].lastIndex(of: "#") else { return }
      taskID = TaskID(String(parts[0]))
      stepID = String(parts[1][..<mark])
      attempt = Int(parts[1][parts[1].index(after: mark)...])
    default: break
    }
  }
}
