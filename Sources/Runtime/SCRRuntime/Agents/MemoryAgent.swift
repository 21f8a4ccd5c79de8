import SCRProtocol

/// Keeps what happened under its real ids: tasks, steps and results, copied from the store as their events come.
///
/// The number of the last event it took in is kept beside the records, so after a crash it goes on where it was.
struct MemoryAgent: Sendable {
  let store: any TaskStore
  let memory: any MemoryStore
  let hub: EventHub
  let clock: any RuntimeClock

  private static let cursorKind = "cursor"
  private static let cursorID = "events"
  private static let batchSize = 256

  /// Runs until cancelled.
  /// - Throws: `StoreError`; its supervisor starts it again.
  func run(_ life: ChildContext? = nil) async throws {
    let subscription = hub.subscribe()
    defer { subscription.end() }
    repeat {
      try await catchUp(life)
      life?.idle()
    } while await subscription.next() != nil
  }

  private func catchUp(_ life: ChildContext?) async throws {
    var since = try await memory.get(kind: Self.cursorKind, id: Self.cursorID)?.value.integerValue ?? 0
    while true {
      life?.progress()
      let events = try await store.events(since: since, taskID: nil, limit: Self.batchSize)
      guard let last = events.last else { return }
      try await remember(events)
      since = last.sequence
      try await memory.put(
        MemoryRecord(kind: Self.cursorKind, id: Self.cursorID, value: .integer(since), updatedAt: clock.now()))
    }
  }

  private func remember(_ events: [RuntimeEvent]) async throws {
    var steps: [TaskID: Set<String>] = [:]
    var tasks: Set<TaskID> = []
    for event in events where event.kind.isWorthRemembering {
      guard let id = event.taskID else { continue }
      if let step = event.stepID { steps[id, default: []].insert(step) } else { tasks.insert(id) }
    }
    for id in tasks.union(steps.keys).sorted(by: { $0.text < $1.text }) {
      if tasks.contains(id) { try await remember(id) }
      if let names = steps[id] { try await remember(names.sorted(), of: id) }
    }
  }

  /// The task as it is now, with its result.
  private func remember(_ id: TaskID) async throws {
    guard let task = try await store.task(id) else { return }
    let now = clock.now()
    try await memory.put(
      MemoryRecord(kind: "task", id: id.text, taskID: id, value: Self.summary(of: task), updatedAt: now))
    if let result = task.result, task.state.isFinal {
      try await memory.put(MemoryRecord(kind: "result", id: id.text, taskID: id, value: result, updatedAt: now))
    }
  }

  private func remember(_ steps: [String], of id: TaskID) async throws {
    for record in try await store.steps(of: id, named: steps) where record.state.isFinal {
      try await memory.put(
        MemoryRecord(
          kind: "step", id: "\(id)/\(record.stepID)", taskID: id, value: Self.summary(of: record),
          updatedAt: clock.now()))
    }
  }

  private static func summary(of task: AgentTask) -> JSONValue {
    var fields: JSONObject = ["title": .string(task.title), "state": .string(task.state.rawValue)]
    fields["goal"] = task.goal.map { .string($0) }
    fields["reason"] = task.reason?.json
    fields["provenance"] = task.provenance
    fields["createdAt"] = .string(task.createdAt.description)
    fields["endedAt"] = task.endedAt.map { .string($0.description) }
    return .object(fields)
  }

  private static func summary(of record: StepRecord) -> JSONValue {
    var fields: JSONObject = ["state": .string(record.state.rawValue), "attempts": JSONValue(record.attempt)]
    fields["tool"] = record.intent.map { .string($0.tool.qualified) }
    fields["arguments"] = record.intent.map { .object($0.arguments) }
    fields["value"] = record.value
    fields["reason"] = record.reason?.json
    return .object(fields)
  }
}

extension EventKind {
  fileprivate var isWorthRemembering: Bool {
    switch self {
    case .taskSubmitted, .taskCompleted, .taskFailed, .taskCancelled, .taskDead, .taskWaiting, .stepCompleted,
      .stepFailed, .stepSkipped:
      true
    default: false
    }
  }
}
