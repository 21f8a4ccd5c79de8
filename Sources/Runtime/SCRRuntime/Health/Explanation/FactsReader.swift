import SCRProtocol

/// Reads what an explanation is made from. Works on the store of a live runtime, and beside its owner.
package struct FactsReader: Sendable {
  package let store: any TaskStore
  package let now: Timestamp
  /// What is known of whoever works on the task; nil for nothing.
  package let host: @Sendable (AgentTask) -> TaskFacts.Host?

  package init(
    store: any TaskStore, now: Timestamp, host: @escaping @Sendable (AgentTask) -> TaskFacts.Host?
  ) {
    self.store = store
    self.now = now
    self.host = host
  }

  /// Open waits of one task that are told.
  private static let waitLimit = 100
  /// Children that are explained with it.
  private static let childLimit = 20

  /// - Returns: nil for a task that is not there.
  /// - Throws: `StoreError`.
  package func facts(of id: TaskID) async throws(StoreError) -> TaskFacts? {
    guard var facts = try await lone(id) else { return nil }
    let children = facts.waits.compactMap { $0.body["childTaskId"]?.stringValue }.prefix(Self.childLimit)
    for child in children {
      if let found = try await lone(TaskID(child)) { facts.children.append(found) }
    }
    if let parent = facts.task.parent { facts.parent = try await store.task(parent.taskID) }
    return facts
  }

  private func lone(_ id: TaskID) async throws(StoreError) -> TaskFacts? {
    guard let task = try await store.task(id) else { return nil }
    var facts = TaskFacts(now: now, task: task)
    facts.steps = try await store.steps(of: id)
    facts.host = host(task)
    switch task.state {
    case .queued: try await readQueue(into: &facts)
    case .running, .waiting:
      facts.waits = try await store.documents(
        DocumentQuery(.wait, taskID: id, isOpen: true, limit: Self.waitLimit)
      ).documents
    case .scheduled, .completed, .failed, .cancelled, .dead: break
    }
    return facts
  }

  private func readQueue(into facts: inout TaskFacts) async throws(StoreError) {
    let task = facts.task
    let lane = QueueLane(of: task)
    if let root = task.workspaceRoot {
      if let number = try await store.number(of: task.id) {
        facts.before = try await store.queuedBefore(number, in: lane, of: root)
      }
      facts.laneCount = try await store.queuedBefore(.max, in: lane, of: root)
    }
    for id in ["queue", "class/\(task.taskClass)"] {
      if let document = try await store.document(.queueControl, id) { facts.controls.append(document) }
    }
    guard facts.controls.contains(where: { $0.body["limits"]?["maxConcurrent"] != nil }) else { return }
    let running = try await store.tasks(TaskQuery(states: [.running], taskClass: task.taskClass, limit: 500))
    facts.runningOfClass = running.tasks.count
  }
}
