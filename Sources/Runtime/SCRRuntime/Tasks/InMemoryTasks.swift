/// Tasks, steps and events as plain values: what ``InMemoryTaskStore`` keeps behind its lock.
struct InMemoryTasks: Sendable {
  /// Rows in the order of their insertion; a task's number is its place plus one.
  private var rows: [AgentTask] = []
  private var places: [TaskID: Int] = [:]
  private var owners: [String: TaskID] = [:]
  private var byState: [TaskState: Set<Int>] = [:]
  /// Places of the tasks that have a deadline and that nobody works on.
  private var dated: Set<Int> = []
  private var steps: [TaskID: [StepRecord]] = [:]
  private var events: [RuntimeEvent] = []
  private var forgottenEvents = 0
  private let maximumTasks: Int
  private let maximumEvents: Int

  /// How to take back one change of a batch that fails further on.
  private enum Undo {
    case removeLast
    case restore(AgentTask)
    case restoreSteps(TaskID, [StepRecord]?)
  }

  init(maximumTasks: Int, maximumEvents: Int) {
    self.maximumTasks = maximumTasks
    self.maximumEvents = max(0, maximumEvents)
  }

  mutating func commit(_ batch: StoreBatch) throws(StoreError) -> [RuntimeEvent] {
    for precondition in batch.preconditions { try check(precondition) }
    var undo: [Undo] = []
    do {
      for change in batch.changes { undo.append(try apply(change)) }
    } catch {
      for step in undo.reversed() { revert(step) }
      throw error
    }
    let numbered = batch.events.enumerated().map { offset, draft in
      RuntimeEvent(
        sequence: lastSequence + Int64(offset + 1), at: batch.at, kind: draft.kind, taskID: draft.taskID,
        stepID: draft.stepID, data: draft.data)
    }
    events += numbered
    forgetOldEvents()
    return numbered
  }

  /// In pieces, since each cut moves all that stay.
  private mutating func forgetOldEvents() {
    let surplus = events.count - maximumEvents
    guard surplus > maximumEvents / 10 else { return }
    events.removeFirst(surplus)
    forgottenEvents += surplus
  }

  private func check(_ precondition: StorePrecondition) throws(StoreError) {
    switch precondition {
    case .taskState(let id, let states):
      guard let state = task(id)?.state, states.contains(state) else {
        throw .unmet(precondition, found: task(id)?.state.rawValue)
      }
    case .taskEpoch(let id, let epoch):
      guard let newest = task(id)?.epoch, newest == epoch else {
        throw .unmet(precondition, found: task(id).map { String($0.epoch) })
      }
    }
  }

  private mutating func apply(_ change: StoreChange) throws(StoreError) -> Undo {
    switch change {
    case .insertTask(let task):
      try requireOwnership(of: task)
      guard places[task.id] == nil else { throw .idTaken(task.id) }
      guard rows.count < maximumTasks else {
        throw StoreError(
          .diskFull, "the store in memory is full with \(maximumTasks) tasks: run with a state directory instead")
      }
      rows.append(task)
      places[task.id] = rows.count - 1
      enter(task, at: rows.count - 1)
      return .removeLast
    case .updateTask(let task):
      guard let old = self.task(task.id) else { throw .unknownTask(task.id) }
      try requireOwnership(of: task)
      var new = task
      new.createdAt = old.createdAt
      new.cancelRequested = old.cancelRequested
      replace(old, with: new)
      return .restore(old)
    case .requestCancel(let id):
      guard let old = task(id) else { throw .unknownTask(id) }
      var new = old
      new.cancelRequested = true
      replace(old, with: new)
      return .restore(old)
    case .putStep(let record):
      guard places[record.taskID] != nil else { throw .unknownTask(record.taskID) }
      let old = steps[record.taskID]
      var records = old ?? []
      if let place = records.firstIndex(where: { $0.stepID == record.stepID }) {
        records[place] = record
      } else {
        records.append(record)
      }
      steps[record.taskID] = records
      return .restoreSteps(record.taskID, old)
    }
  }

  private mutating func revert(_ undo: Undo) {
    switch undo {
    case .removeLast:
      let task = rows.removeLast()
      places[task.id] = nil
      leave(task, at: rows.count)
    case .restore(let old): if let new = task(old.id) { replace(new, with: old) }
    case .restoreSteps(let id, let old): steps[id] = old
    }
  }

  private func requireOwnership(of task: AgentTask) throws(StoreError) {
    guard let key = task.idempotencyKey, let owner = owners[key], owner != task.id else { return }
    throw .duplicateKey(existing: owner, digest: self.task(owner)?.submissionDigest)
  }

  private mutating func replace(_ old: AgentTask, with new: AgentTask) {
    guard let place = places[old.id] else { return }
    leave(old, at: place)
    rows[place] = new
    enter(new, at: place)
  }

  private mutating func enter(_ task: AgentTask, at place: Int) {
    byState[task.state, default: []].insert(place)
    if task.deadline != nil, Self.idle.contains(task.state) { dated.insert(place) }
    if let key = task.idempotencyKey { owners[key] = task.id }
  }

  private mutating func leave(_ task: AgentTask, at place: Int) {
    byState[task.state]?.remove(place)
    dated.remove(place)
    if let key = task.idempotencyKey { owners[key] = nil }
  }
}

extension InMemoryTasks {
  func task(_ id: TaskID) -> AgentTask? { places[id].map { rows[$0] } }
  func steps(of id: TaskID) -> [StepRecord] { steps[id] ?? [] }

  func page(_ query: TaskQuery) throws(StoreError) -> TaskPage {
    var end = rows.count
    if let text = query.cursor { end = min(end, Int(try TaskCursor(text).number) - 1) }
    var page = TaskPage(tasks: [])
    var last = end
    for place in stride(from: end - 1, through: 0, by: -1) {
      let task = rows[place]
      guard query.states?.contains(task.state) ?? true, query.taskClass.map({ $0 == task.taskClass }) ?? true else {
        continue
      }
      guard page.tasks.count < query.pageSize else {
        page.nextCursor = TaskCursor(number: Int64(last + 1)).text
        break
      }
      page.tasks.append(task)
      last = place
    }
    return page
  }

  func events(since: Int64, taskID: TaskID?, limit: Int) -> [RuntimeEvent] {
    let start = max(0, Int(min(max(since, 0), lastSequence)) - forgottenEvents)
    let newer = events[start...].lazy.filter { event in taskID.map { $0 == event.taskID } ?? true }
    return Array(newer.prefix(max(limit, 0)))
  }

  func owner(of key: String) -> AgentTask? { owners[key].flatMap { task($0) } }

  func claimable(_ query: ClaimQuery) -> [AgentTask] {
    let after = query.after.flatMap { place in
      places[place.id].map { (place.priority, place.createdAt, $0) }
    }
    let order = (byState[.queued] ?? []).lazy.map { [rows] in (rows[$0].priority, rows[$0].createdAt, $0) }
    let fitting = order.filter { [rows] place in
      (query.workspaceRoot.map { $0 == rows[place.2].workspaceRoot } ?? true) && (after.map { $0 < place } ?? true)
    }
    return fitting.sorted { $0 < $1 }.prefix(max(query.limit, 0)).map { rows[$0.2] }
  }

  private static let idle: Set<TaskState> = [.queued, .scheduled, .waiting]

  var nearestDeadline: Timestamp? { dated.compactMap { rows[$0].deadline }.min() }

  func overdue(at moment: Timestamp, limit: Int) -> [AgentTask] {
    let due = dated.compactMap { place in rows[place].deadline.map { ($0, place) } }.filter { $0.0 <= moment }
    return due.sorted { $0 < $1 }.prefix(max(limit, 0)).map { rows[$0.1] }
  }

  func abandoned(by incarnation: Incarnation) -> [AgentTask] {
    let places = (byState[.running] ?? []).union(byState[.waiting] ?? [])
    return places.sorted().map { rows[$0] }.filter { $0.lease.map { $0.owner != incarnation } ?? false }
  }

  var lastSequence: Int64 { Int64(forgottenEvents + events.count) }
  var counts: [TaskState: Int] { byState.mapValues(\.count).filter { $0.value > 0 } }
}
