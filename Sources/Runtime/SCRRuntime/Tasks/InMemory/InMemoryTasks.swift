/// Tasks, steps, events and documents as plain values: what ``InMemoryTaskStore`` keeps behind its lock.
struct InMemoryTasks: Sendable {
  /// By number, which grows in the order of insertion.
  private(set) var rows: [Int64: AgentTask] = [:]
  private(set) var numbers: [TaskID: Int64] = [:]
  private(set) var lastNumber: Int64 = 0
  private(set) var owners: [String: TaskID] = [:]
  private(set) var uniques: [String: TaskID] = [:]
  private(set) var byState: [TaskState: Set<Int64>] = [:]
  private(set) var queue = InMemoryQueue()
  /// Numbers of the tasks that have a deadline and that nobody works on.
  private(set) var dated: Set<Int64> = []
  private(set) var children: [TaskID: Set<Int64>] = [:]
  private(set) var steps: [TaskID: [StepRecord]] = [:]
  private(set) var documents = InMemoryDocuments()
  private(set) var events = InMemoryEvents()
  private let maximumTasks: Int

  /// How to take back one change of a batch that fails further on.
  private enum Undo {
    case remove(Int64)
    case restore(AgentTask, number: Int64)
    case restoreSteps(TaskID, [StepRecord]?)
    case restoreDocument(InMemoryDocuments.Key, InMemoryDocuments.Row?)
    case nothing
  }

  init(maximumTasks: Int, maximumEvents: Int) {
    self.maximumTasks = maximumTasks
    events = InMemoryEvents(maximum: maximumEvents)
  }

  mutating func commit(_ batch: StoreBatch) throws(StoreError) -> [RuntimeEvent] {
    for precondition in batch.preconditions { try check(precondition) }
    // What removes for good is checked at first and done at last, so that it never has to be taken back.
    for case .pruneTask(let id) in batch.changes { try checkEnd(of: id) }
    var undo: [Undo] = []
    do {
      for change in batch.changes { undo.append(try apply(change, at: batch.at)) }
    } catch {
      for step in undo.reversed() { revert(step) }
      throw error
    }
    for change in batch.changes { prune(change) }
    return events.append(batch.events, at: batch.at)
  }

  private func checkEnd(of id: TaskID) throws(StoreError) {
    guard let task = task(id), !task.state.isFinal else { return }
    throw .unmet(.taskState(id, oneOf: Set(TaskState.allCases.filter(\.isFinal))), found: task.state.rawValue)
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
    case .planRevision(let id, let revision):
      guard let newest = task(id)?.planRevision, newest == revision else {
        throw .unmet(precondition, found: task(id).map { String($0.planRevision) })
      }
    case .documentRevision(let kind, let id, let revision):
      let found = documents[InMemoryDocuments.Key(kind: kind, id: id)]?.document.revision
      guard found == revision else { throw .unmet(precondition, found: found.map { String($0) }) }
    }
  }

  private mutating func apply(_ change: StoreChange, at moment: Timestamp) throws(StoreError) -> Undo {
    switch change {
    case .insertTask(let task): return .remove(try insert(task))
    case .updateTask(let newer): return try edit(newer.id) { $0.advance(to: newer) }
    case .claimTask(let id, let lease, let epoch):
      return try edit(id) { task in
        task.state = .running
        task.lease = lease
        task.epoch = epoch
        task.updatedAt = moment
      }
    case .revisePlan(let id, let plan, let revision, let serverNames, let digest):
      return try edit(id) { task in
        task.plan = plan
        task.planRevision = revision
        task.serverNames = serverNames
        task.serversDigest = digest
      }
    case .requestCancel(let id): return try edit(id) { $0.cancelRequested = true }
    case .putStep(let record): return try put(record)
    case .removeSteps(let id, let names):
      let old = steps[id]
      steps[id]?.removeAll { names.contains($0.stepID) }
      return .restoreSteps(id, old)
    case .putDocument(let document):
      if let owner = document.taskID, numbers[owner] == nil { throw .unknownTask(owner) }
      let key = InMemoryDocuments.Key(kind: document.kind, id: document.id)
      defer { documents.put(document, at: moment) }
      return .restoreDocument(key, documents[key])
    case .removeDocument(let kind, let id):
      let key = InMemoryDocuments.Key(kind: kind, id: id)
      defer { documents[key] = nil }
      return .restoreDocument(key, documents[key])
    case .pruneTask, .pruneEvents: return .nothing
    }
  }

  private mutating func revert(_ undo: Undo) {
    switch undo {
    case .remove(let number): remove(number)
    case .restore(let old, let number): replace(number, with: old)
    case .restoreSteps(let id, let old): steps[id] = old
    case .restoreDocument(let key, let old): documents[key] = old
    case .nothing: break
    }
  }

  private mutating func prune(_ change: StoreChange) {
    switch change {
    case .pruneTask(let id): prune(id)
    case .pruneEvents(let last): events.forget(through: last)
    default: break
    }
  }

  // MARK: Tasks

  private mutating func insert(_ task: AgentTask) throws(StoreError) -> Int64 {
    if let key = task.idempotencyKey, let owner = owners[key], owner != task.id {
      throw .duplicateKey(existing: owner, digest: self.task(owner)?.submissionDigest)
    }
    if let key = task.uniqueKey, let owner = uniques[key], owner != task.id { throw .duplicateUnique(existing: owner) }
    guard numbers[task.id] == nil else { throw .idTaken(task.id) }
    guard rows.count < maximumTasks else {
      throw StoreError(
        .diskFull, "the store in memory is full with \(maximumTasks) tasks: run with a state directory instead")
    }
    lastNumber += 1
    numbers[task.id] = lastNumber
    rows[lastNumber] = task
    enter(task, at: lastNumber)
    return lastNumber
  }

  private mutating func edit(_ id: TaskID, _ edit: (inout AgentTask) -> Void) throws(StoreError) -> Undo {
    guard let number = numbers[id], let old = rows[number] else { throw .unknownTask(id) }
    var new = old
    edit(&new)
    if let key = new.uniqueKey, !new.state.isFinal, let owner = uniques[key], owner != id {
      throw .duplicateUnique(existing: owner)
    }
    replace(number, with: new)
    return .restore(old, number: number)
  }

  private mutating func put(_ record: StepRecord) throws(StoreError) -> Undo {
    guard numbers[record.taskID] != nil else { throw .unknownTask(record.taskID) }
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

  private mutating func prune(_ id: TaskID) {
    guard let number = numbers[id] else { return }
    for child in children[id] ?? [] { if let child = rows[child] { prune(child.id) } }
    remove(number)
    steps[id] = nil
    documents.remove(of: id)
    events.remove(of: id)
  }

  private mutating func remove(_ number: Int64) {
    guard let task = rows.removeValue(forKey: number) else { return }
    leave(task, at: number)
    numbers[task.id] = nil
    children[task.id] = nil
    if let parent = task.parent { children[parent.taskID]?.remove(number) }
    if let key = task.idempotencyKey { owners[key] = nil }
  }

  private mutating func replace(_ number: Int64, with new: AgentTask) {
    guard let old = rows[number] else { return }
    leave(old, at: number)
    rows[number] = new
    enter(new, at: number)
  }

  private mutating func enter(_ task: AgentTask, at number: Int64) {
    byState[task.state, default: []].insert(number)
    if task.state == .queued { queue.insert(task, at: number) }
    if task.deadline != nil, Self.idle.contains(task.state) { dated.insert(number) }
    if let key = task.idempotencyKey { owners[key] = task.id }
    if let key = task.uniqueKey, !task.state.isFinal { uniques[key] = task.id }
    if let parent = task.parent { children[parent.taskID, default: []].insert(number) }
  }

  private mutating func leave(_ task: AgentTask, at number: Int64) {
    byState[task.state]?.remove(number)
    if task.state == .queued { queue.remove(task, at: number) }
    dated.remove(number)
    if let key = task.uniqueKey, uniques[key] == task.id { uniques[key] = nil }
  }

  private static let idle: Set<TaskState> = [.queued, .scheduled, .waiting]
}
