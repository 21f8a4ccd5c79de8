import SCRProtocol

/// What becomes of a task whose run failed, or whose runtime died. Pure.
enum FailedRun {
  /// - Parameter records: of the run's steps; a task without a policy stays failed, whatever they say.
  static func decide(
    _ task: AgentTask, _ records: [StepRecord], _ cause: TaskReason, now: Timestamp
  ) -> TaskRetry.Decision {
    let policy = TaskRetry(of: task)
    guard task.retry != nil else { return .fail(cause) }
    var history = RetryHistory(of: task)
    let failed = records.filter { $0.state == .failed }
    let mayHelp = !failed.isEmpty && failed.allSatisfy { $0.reason.map(\.mayPass) ?? false }
    let hint = failed.compactMap { $0.reason?.retryAfter }.max()
    let decision = policy.ended(
      .failed(isRetryable: mayHelp, retryAfter: hint), cause: cause, &history, now: now, chance: chance(task))
    switch decision {
    case .again(let moment):
      guard let deadline = task.deadline, deadline <= moment else { return decision }
      return .fail(cause)
    case .dead(var reason):
      reason.message += " (the last of \(history.failures) runs)"
      return .dead(reason)
    case .fail: return decision
    }
  }

  /// What becomes of a task that a life of the runtime left running: nil lets it go on at once.
  static func decideDeath(_ task: AgentTask, now: Timestamp) -> TaskReason? {
    var history = RetryHistory(of: task)
    let decision = TaskRetry(of: task).ended(
      .died, cause: TaskReason(.internal, ""), &history, now: now, chance: 0)
    guard case .dead(let reason) = decision else { return nil }
    return reason
  }

  /// 0…1, spread over tasks and their runs; the same for the same run, so that nothing here is left to luck.
  private static func chance(_ task: AgentTask) -> Double {
    let hash = "\(task.id)#\(task.failedRuns)".utf8.reduce(UInt64(0xCBF2_9CE4_8422_2325)) {
      ($0 ^ UInt64($1)) &* 0x100_0000_01B3
    }
    return Double(hash >> 11) / Double(UInt64(1) << 53)
  }
}

extension RetryHistory {
  init(of task: AgentTask) { self.init(failures: task.failedRuns, deaths: task.interruptions) }
}

extension TaskReason {
  /// Whether the same may go well another time.
  var mayPass: Bool { Self.passing.contains(kind) }

  private static let passing: Set<String> = [
    toolFailed, ErrorKind.timeout.name, ErrorKind.serverUnavailable.name, ErrorKind.circuitOpen.name,
    ErrorKind.rateLimited.name, ErrorKind.modelUnavailable.name, ErrorKind.outputInvalid.name, ErrorKind.internal.name,
    ErrorKind.shuttingDown.name, ErrorKind.queueFull.name, "stuck",
  ]
}
