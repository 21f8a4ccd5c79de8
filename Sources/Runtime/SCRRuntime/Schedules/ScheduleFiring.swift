import SCRProtocol

/// What becomes of a schedule whose moment has come: the tasks that it submits and its own progress, as one batch. Pure.
struct ScheduleFiring: Sendable {
  struct Tick: Sendable, Hashable {
    var at: Timestamp
    /// The task that stands in its way: its own, or an earlier one that has not ended.
    var holder: TaskID?
  }

  private(set) var schedule: TaskSchedule
  private(set) var tasks: [AgentTask] = []
  private var events: [EventDraft] = []
  private let revision: Int64
  private let now: Timestamp

  init(_ schedule: TaskSchedule, revision: Int64, now: Timestamp) {
    self.schedule = schedule
    self.revision = revision
    self.now = now
  }

  /// - Returns: the ticks that should become tasks.
  /// - Throws: what is wrong with the times or the zone.
  mutating func advance(_ zones: TaskSchedule.Zones) throws -> [Timestamp] {
    let due = try schedule.due(now, zones)
    if due.skipped > 0 {
      tell(.scheduleSkipped, ["reason": "missed", "count": JSONValue(due.skipped)])
    }
    return due.runs
  }

  /// - Throws: `RuntimeError`: its plan is no longer good.
  mutating func submit(_ ticks: [Tick], _ configuration: RuntimeConfiguration) throws(RuntimeError) {
    for tick in ticks {
      if let holder = tick.holder ?? (schedule.overlap == .skip ? tasks.last?.id : nil) {
        schedule.skipped += 1
        tell(
          .scheduleSkipped,
          ["reason": "overlap", "tick": .string(tick.at.description), "holder": .string(holder.text)])
        continue
      }
      let submission = schedule.submission(at: tick.at)
      var task = TaskAcceptance.task(for: submission, try Planner.plan(submission), configuration, now: now)
      task.schedule = schedule.name
      tasks.append(task)
      schedule.runs += 1
      schedule.lastAt = tick.at
      schedule.lastTaskID = task.id
    }
  }

  /// It cannot go on as it is.
  mutating func fail(_ problem: String) {
    tasks = []
    events = []
    schedule.problem = problem
    tell(.scheduleFailed, ["problem": .string(problem)])
  }

  var batch: StoreBatch {
    var batch = StoreBatch(
      at: now, preconditions: [.documentRevision(.schedule, schedule.name, revision)],
      changes: [.putDocument(schedule.document(now: now))], events: events)
    for task in tasks {
      let accepted = TaskAcceptance.batch(task)
      batch.changes += accepted.changes
      batch.events += accepted.events
    }
    return batch
  }

  private mutating func tell(_ kind: EventKind, _ data: JSONObject) {
    var data = data
    data["schedule"] = .string(schedule.name)
    events.append(EventDraft(kind, data: .object(data)))
  }
}
