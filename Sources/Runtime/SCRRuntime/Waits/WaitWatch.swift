package import SCRProtocol

/// Ends waits that end by themselves: those whose time is over, and those for child tasks that have ended. Children whose
/// parents have ended are cancelled.
final class WaitWatch: Sendable {
  private let desk: WaitDesk
  /// Asks for a task to be cancelled; returns without waiting for its end.
  private let cancel: @Sendable (TaskID) async throws -> Void
  private let bell = Bell()

  private static let batchSize = 500

  init(desk: WaitDesk, cancel: @escaping @Sendable (TaskID) async throws -> Void) {
    self.desk = desk
    self.cancel = cancel
  }

  /// There is a wait with an end.
  func look() { bell.ring() }

  // MARK: Time

  /// Runs until cancelled.
  /// - Throws: `StoreError`, `RuntimeError`; its supervisor starts it again.
  func watchTime(_ life: ChildContext? = nil) async throws {
    while !Task.isCancelled {
      life?.progress()
      let now = desk.clock.now()
      try await payDebt()
      try await endOverdue(now)
      let nearest = try await desk.store.nearestDue(.wait)
      life?.idle()
      try await bell.wait(until: nearest, looked: now, by: desk.clock)
    }
  }

  /// Delivers what a failing store kept from being delivered.
  private func payDebt() async throws {
    guard desk.takeDebt() else { return }
    do { try await lookThrough() } catch {
      desk.oweEvents()
      throw error
    }
  }

  /// Waits that cannot be read are passed over; behind ``batchSize`` of them, due earlier than all others, those others
  /// are seen at the next look only once some are removed (`scr store check` names damaged rows).
  private func endOverdue(_ now: Timestamp) async throws {
    while !Task.isCancelled {
      let page = try await desk.store.documents(
        DocumentQuery(.wait, isOpen: true, dueBy: now, order: .dueFirst, limit: Self.batchSize))
      let waits = page.documents.compactMap { Wait($0) }
      for wait in waits { try await end(wait) }
      // Where none could be read, the next page would be the same one.
      if waits.isEmpty || page.documents.count + page.damaged.count < Self.batchSize { return }
    }
  }

  private func end(_ first: Wait) async throws {
    var wait: Wait? = first
    while let current = wait, current.isOpen {
      let answer = WaitAnswer(decision: WaitAnswer.timedOut, by: "time", at: desk.clock.now())
      var changes: [StoreChange] = []
      if let child = current.childID, try await desk.store.task(child) != nil {
        // Told in the same commit, so that a crash leaves no child at work for nobody.
        changes.append(.requestCancel(child))
      }
      if try await desk.close(current, with: answer, changes: changes) {
        if let child = current.childID { try await cancel(child) }
        return
      }
      wait = try await desk.wait(current.id)
    }
  }

  // MARK: Families

  /// Runs until cancelled.
  /// - Throws: `StoreError`, `RuntimeError`; its supervisor starts it again.
  func watchFamilies(_ life: ChildContext? = nil) async throws {
    let subscription = desk.hub.subscribe()
    defer { subscription.end() }
    life?.progress()
    try await lookThrough()
    life?.idle()
    while let delivery = await subscription.next() {
      life?.progress()
      defer { life?.idle() }
      switch delivery {
      case .events(let events):
        for child in events.flatMap(\.cancelledChildren) { try await cancel(child) }
        for event in events where event.concernsFamily { if let id = event.taskID { try await ended(id) } }
      case .deltas: break
      case .lagged: try await lookThrough()
      }
    }
  }

  /// Cancellations that were written down together with something else, and that a crash kept from being carried out.
  /// A task that runs learns of its own when it is taken up again.
  private func carryOutCancellations() async throws {
    var seen: Set<TaskID> = []
    while true {
      let tasks = try await desk.store.unheeded(limit: Self.batchSize)
      // One that stays although it was cancelled must not keep us here.
      let new = tasks.filter { seen.insert($0.id).inserted }
      for task in new { try await cancel(task.id) }
      if new.isEmpty || tasks.count < Self.batchSize { return }
    }
  }

  /// What happened while nobody watched.
  private func lookThrough() async throws {
    try await carryOutCancellations()
    var query = DocumentQuery(.wait, isOpen: true, limit: 500)
    var tasks: Set<TaskID> = []
    repeat {
      let page = try await desk.store.documents(query)
      for wait in page.documents.compactMap({ Wait($0) }) {
        if wait.kind == .child { try await settle(wait) }
        if wait.kind == .event, tasks.insert(wait.taskID).inserted { try await desk.deliver(to: wait.taskID) }
      }
      query.cursor = page.nextCursor
    } while query.cursor != nil
  }

  private func ended(_ id: TaskID) async throws {
    for wait in try await desk.store.waits(of: id, isOpen: true) where wait.kind == .child { try await settle(wait) }
    guard try await desk.store.task(id)?.parent != nil else { return }
    if let wait = try await desk.wait(Wait.id(forChild: id)) { try await settle(wait) }
  }

  /// Ends an open wait for a child that has ended; cancels a child whose parent has.
  private func settle(_ first: Wait) async throws {
    var wait: Wait? = first
    while let current = wait, current.isOpen, let childID = current.childID {
      if let child = try await desk.store.task(childID), !child.state.isFinal {
        let parent = try await desk.store.task(current.taskID)
        if child.cancelRequested || (parent?.state.isFinal ?? true) { try await cancel(childID) }
        return
      }
      let answer = WaitAnswer(decision: WaitAnswer.ended, by: childID.text, at: desk.clock.now())
      if try await desk.close(current, with: answer) { return }
      wait = try await desk.wait(current.id)
    }
  }
}

extension RuntimeEvent {
  /// Those whose end a revised plan has asked for.
  var cancelledChildren: [TaskID] {
    guard kind == .planRevised else { return [] }
    return (data["cancelledChildren"]?.arrayValue ?? []).compactMap(\.stringValue).map { TaskID($0) }
  }

  /// A task has ended that has a parent, or children that may not have; or one begins anew without those that it had.
  var concernsFamily: Bool {
    switch kind {
    case .taskCompleted, .taskFailed, .taskCancelled, .taskDead: data["parent"] != nil || data["openChildren"] != nil
    case .taskScheduled: data["openChildren"] != nil
    default: false
    }
  }
}

extension AgentTask {
  /// What the event of its end tells: `{reason?, parent?: {taskId, stepId}, openChildren?}`.
  func endData(openChildren: Int) -> JSONValue {
    var data: JSONObject = [:]
    data["reason"] = reason?.json
    data["parent"] = parent?.json
    if openChildren > 0 { data["openChildren"] = JSONValue(openChildren) }
    return .object(data)
  }
}

extension TaskParent {
  /// `{taskId, stepId}`.
  package var json: JSONValue { ["taskId": .string(taskID.text), "stepId": .string(stepID)] }
}
