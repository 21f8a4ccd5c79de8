package import SCRProtocol

/// Ends waits that end by themselves: those whose time is over, and those for child tasks that have ended. Children whose
/// parents have ended are cancelled.
final class WaitWatch: Sendable {
  private let desk: WaitDesk
  /// Asks for a task to be cancelled; returns without waiting for its end.
  private let cancel: @Sendable (TaskID) async throws -> Void
  private let bell = Bell()

  private static let batchSize = 100

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

  private func endOverdue(_ now: Timestamp) async throws {
    while true {
      let page = try await desk.store.documents(
        DocumentQuery(.wait, isOpen: true, dueBy: now, order: .dueFirst, limit: Self.batchSize))
      for document in page.documents { if let wait = Wait(document) { try await end(wait) } }
      if page.documents.count < Self.batchSize { return }
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
        for event in events where event.concernsFamily { if let id = event.taskID { try await ended(id) } }
      case .deltas: break
      case .lagged: try await lookThrough()
      }
    }
  }

  /// What happened while nobody watched.
  private func lookThrough() async throws {
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
