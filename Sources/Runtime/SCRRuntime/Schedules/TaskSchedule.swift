import SCRProtocol

/// A task that is submitted again and again: when, how, and how far it has got. Kept as a document of the kind
/// ``DocumentKind/schedule``.
package struct TaskSchedule: Sendable, Hashable {
  package enum Timing: Sendable, Hashable {
    /// Five fields as cron reads them, by the wall clock of ``TaskSchedule/zone``.
    case cron(String)
    /// Whenever a whole number of intervals has passed since the anchor.
    case every(Duration, anchor: Timestamp)
  }

  /// What becomes of a tick while the task of an earlier one has not ended.
  package enum Overlap: String, Sendable, Hashable, CaseIterable {
    /// Both run.
    case allow
    /// The tick is left out.
    case skip
  }

  /// `[A-Za-z0-9._-]{1,64}`, unique.
  package var name: String
  package var timing: Timing
  /// An IANA name, or `UTC`.
  package var zone = "UTC"
  package var missed = MissedRuns.once
  package var overlap = Overlap.skip
  package var template: ScheduleTemplate
  /// Only a runtime of this folder submits its tasks.
  package var workspaceRoot: String
  package var isPaused = false
  package var state: ScheduleState
  /// Nil while it is paused, and once there is no further tick.
  package var nextAt: Timestamp?
  /// The last tick that became a task, and that task.
  package var lastAt: Timestamp?
  package var lastTaskID: TaskID?
  /// Tasks that were submitted.
  package var runs = 0
  /// Ticks that were left out: missed, or overlapping.
  package var skipped = 0
  /// Why it cannot go on, until it is put anew.
  package var problem: String?

  package init(
    name: String, timing: Timing, template: ScheduleTemplate, workspaceRoot: String, created: Timestamp
  ) {
    self.name = name
    self.timing = timing
    self.template = template
    self.workspaceRoot = workspaceRoot
    state = ScheduleState(created: created)
  }

  /// While a task with this key has not ended, a tick of a schedule that does not overlap is left out.
  var uniqueKey: String? { overlap == .skip ? "schedule/\(name)" : nil }

  /// Stable, so that a tick never becomes two tasks.
  func idempotencyKey(_ tick: Timestamp) -> String { "schedule/\(name)/\(tick)" }

  /// The task of one tick.
  func submission(at tick: Timestamp) -> TaskSubmission {
    var submission = template.submission(at: tick)
    submission.idempotencyKey = idempotencyKey(tick)
    submission.uniqueKey = uniqueKey
    return submission
  }

  /// How the runtime looks a zone up by its name.
  package typealias Zones = @Sendable (_ name: String) throws -> any CivilZone

  /// The ticks that are due; counts them as dealt with.
  /// - Throws: what is wrong with the times or the zone.
  mutating func due(_ now: Timestamp, _ zones: Zones) throws -> ScheduleState.Due {
    let due = state.due(now: now, try timing.schedule(), in: try zones(zone), missed: missed)
    nextAt = due.next
    skipped += due.skipped
    return due
  }

  /// Begins with the first tick after a moment, whatever was missed before.
  /// - Throws: as ``due(_:_:)``.
  mutating func begin(after moment: Timestamp, _ zones: Zones) throws {
    state = ScheduleState(created: moment)
    nextAt = isPaused ? nil : try timing.schedule().next(after: moment, in: try zones(zone))
  }
}

extension TaskSchedule {
  /// Replaces another: counts go on, and where the times are the same, so do the ticks.
  mutating func goOn(from old: TaskSchedule) {
    (runs, skipped, lastAt, lastTaskID) = (old.runs, old.skipped, old.lastAt, old.lastTaskID)
    guard !isPaused, !old.isPaused, old.problem == nil, zone == old.zone, timing.isSame(as: old.timing) else { return }
    (timing, state, nextAt) = (old.timing, old.state, old.nextAt)
  }

  /// In the order of their making; those that cannot be read by their names.
  package static func all(
    in store: any TaskStore
  ) async throws(StoreError) -> (schedules: [TaskSchedule], damaged: [String]) {
    var found: (schedules: [TaskSchedule], damaged: [String]) = ([], [])
    var query = DocumentQuery(.schedule, limit: 500)
    repeat {
      let page = try await store.documents(query)
      found.damaged += page.damaged
      for document in page.documents {
        if let schedule = TaskSchedule(document) {
          found.schedules.append(schedule)
        } else {
          found.damaged.append(document.id)
        }
      }
      query.cursor = page.nextCursor
    } while query.cursor != nil
    return found
  }
}

extension TaskSchedule.Timing {
  static let intervals: ClosedRange<Duration> = .seconds(1) ... .seconds(366 * 86_400)

  /// But for the anchor, which is the moment of a schedule's making.
  func isSame(as other: Self) -> Bool {
    switch (self, other) {
    case (.cron(let one), .cron(let two)): one == two
    case (.every(let one, _), .every(let two, _)): one == two
    default: false
    }
  }

  /// - Throws: `CronError`.
  func schedule() throws(CronError) -> Schedule {
    switch self {
    case .cron(let text): .cron(try CronExpression(text))
    case .every(let interval, let anchor): .every(interval, anchor: anchor)
    }
  }
}
