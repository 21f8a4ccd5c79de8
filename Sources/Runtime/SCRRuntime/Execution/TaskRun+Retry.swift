import SCRProtocol

extension TaskRun {
  /// Looks whether a failed run is made again; may turn the end into that of a dead letter.
  /// - Returns: true if the task is scheduled for another run: it has not ended then.
  mutating func goesAgain(_ state: inout TaskState, _ reason: inout TaskReason?, now: Timestamp) -> Bool {
    guard state == .failed, let cause = reason else { return false }
    let decision = FailedRun.decide(task, journal.records, cause, now: now)
    task.failedRuns += 1
    switch decision {
    case .fail: return false
    case .dead(let last):
      (state, reason) = (.dead, last)
      return false
    case .again(let moment):
      // What did not come to a good end begins anew; the events keep what became of it.
      let open = journal.records.filter { $0.state != .completed }.map(\.stepID)
      changes.append(.removeSteps(task.id, open))
      task.state = .scheduled
      task.runAt = moment
      task.reason = cause
      task.result = nil
      task.lease = nil
      var data: JSONObject = [
        "runAt": .string(moment.description), "failedRuns": JSONValue(task.failedRuns),
        "attempts": JSONValue(TaskRetry(of: task).attempts), "reason": cause.json,
      ]
      // The next run makes children of its own. Their waits stay open until they have ended.
      let children = openWaits.values.compactMap(\.childID).sorted { $0.text < $1.text }
      changes += children.map { .requestCancel($0) }
      if !children.isEmpty { data["openChildren"] = JSONValue(children.count) }
      closeWaits(now: now)
      journal.tell(.taskScheduled, data: .object(data))
      return true
    }
  }

  /// A step has come to its end: the task gets on, so it is not what kills the runtime.
  mutating func getsOn() {
    guard task.interruptions > 0 else { return }
    task.interruptions = 0
    hasNewTask = true
  }
}
