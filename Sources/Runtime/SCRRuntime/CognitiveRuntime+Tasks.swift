import SCRProtocol

// Tasks as clients see them.
extension CognitiveRuntime {
  /// - Throws: `RuntimeError`: `invalid_params`, `invalid_plan`, `invalid_input`, `model_unavailable`, `conflict`,
  ///   `queue_full`, `server_unavailable`, `shutting_down`, `store_unavailable`. Nothing was accepted then.
  package func submit(_ submission: TaskSubmission) async throws(RuntimeError) -> SubmittedTask {
    // Before anything that may be otherwise than at the first time, such as a tool server that is down.
    if let key = submission.idempotencyKey, let known = try await holder(of: key) {
      return try await repeated(known.id, known.digest, submission)
    }
    return try await accept(try await prepare(submission), submission)
  }

  private func holder(of key: String) async throws(RuntimeError) -> (id: TaskID, digest: String?)? {
    do throws(StoreError) { return try await store.task(withIdempotencyKey: key) } catch { throw RuntimeError(error) }
  }

  /// Checks a submission wholly and accepts nothing: what ``submit(_:)`` would refuse, this refuses.
  package func prepare(_ submission: TaskSubmission) async throws(RuntimeError) -> AgentTask {
    if isShuttingDown {
      throw RuntimeError(.shuttingDown, "the runtime is shutting down", isRetryable: true)
    }
    let root = submission.workspaceRoot ?? configuration.workspaceRoot
    guard root == configuration.workspaceRoot else {
      throw RuntimeError(
        .invalidInput, "this runtime works in \(configuration.workspaceRoot), not in \(root)",
        hint: "start scr in that folder, or leave context.cwd out", path: "context.cwd")
    }
    let plan = try Planner.plan(submission)
    try await awaitServers(of: plan)
    do throws(PlanError) {
      try PlanChecker.check(
        plan, tools: registry.catalogue, inputs: submission.inputs, source: submission.planSource)
    } catch { throw RuntimeError(error) }
    return task(for: submission, plan)
  }

  private func task(for submission: TaskSubmission, _ plan: Plan) -> AgentTask {
    var task = AgentTask(
      id: submission.id, title: submission.title ?? plan.title, goal: submission.goal, plan: submission.plan,
      inputs: submission.inputs, priority: submission.priority, taskClass: submission.taskClass,
      idempotencyKey: submission.idempotencyKey, workspaceRoot: configuration.workspaceRoot,
      serversDigest: configuration.serversDigest(plan.serverNames), deadline: submission.deadline,
      unknownOutcomeDefault: submission.unknownOutcomeDefault, createdAt: clock.now())
    task.serverNames = plan.serverNames.sorted()
    task.size = submission.size
    task.budget = submission.budget?.json
    task.submissionDigest = submission.idempotencyKey == nil ? nil : submission.digest
    return task
  }

  /// A server that still starts may yet bring the tools that the plan names.
  private func awaitServers(of plan: Plan) async throws(RuntimeError) {
    for name in plan.serverNames.sorted() {
      guard let source = registry.sources.first(where: { $0.serverName == name }) else { continue }
      await source.settle(within: configuration.serverPatience, by: clock)
      guard source.status.state == .ready else {
        throw RuntimeError(
          .serverUnavailable,
          "the tool server \(name) is \(source.status.state.rawValue)"
            + (source.status.reason.map { ": \($0)" } ?? ""),
          hint: "scr mcp smoke --server \(name) shows what is wrong", isRetryable: true)
      }
    }
  }

  private func accept(
    _ task: AgentTask, _ submission: TaskSubmission
  ) async throws(RuntimeError) -> SubmittedTask {
    guard queueRoom.take(limit: configuration.maxQueuedTasks) else {
      throw RuntimeError(
        .queueFull, "the queue holds \(configuration.maxQueuedTasks) tasks, which is its limit", isRetryable: true,
        retryAfter: .seconds(1))
    }
    let batch = StoreBatch(
      at: task.createdAt, changes: [.insertTask(task)],
      events: [
        EventDraft(.taskSubmitted, taskID: task.id, data: ["title": .string(task.title)]),
        EventDraft(.taskQueued, taskID: task.id, data: ["priority": JSONValue(task.priority.level)]),
      ])
    do throws(StoreError) { hub.publish(try await store.commit(batch)) } catch {
      queueRoom.giveBack()
      guard error.code == .duplicateKey, let existing = error.existing else { throw RuntimeError(error) }
      return try await repeated(existing, error.existingDigest, submission)
    }
    dispatcher.wake()
    if task.deadline != nil { deadlines.look() }
    return SubmittedTask(id: task.id, state: task.state, isRepeat: false)
  }

  private func repeated(
    _ existing: TaskID, _ digest: String?, _ submission: TaskSubmission
  ) async throws(RuntimeError) -> SubmittedTask {
    guard digest == submission.digest else {
      throw RuntimeError(
        .conflict, "the idempotency key \"\(submission.idempotencyKey ?? "")\" belongs to another submission",
        hint: "use a new key for another task", path: "idempotencyKey", taskID: existing)
    }
    return SubmittedTask(id: existing, state: try await self.task(existing).task.state, isRepeat: true)
  }

  /// - Throws: `not_found`, `store_unavailable`.
  package func task(_ id: TaskID) async throws(RuntimeError) -> TaskSnapshot {
    do throws(StoreError) {
      guard let snapshot = try await store.snapshot(of: id) else { throw StoreError(.failed, "") }
      return snapshot
    } catch {
      throw error.message.isEmpty ? .unknownTask(id) : RuntimeError(error)
    }
  }

  /// Newest first.
  package func tasks(_ query: TaskQuery) async throws(RuntimeError) -> TaskPage {
    do throws(StoreError) { return try await store.tasks(query) } catch { throw RuntimeError(error) }
  }

  /// Idempotent: a task that has ended already is returned as it is. A running one is cancelled down to its tool calls and
  /// its child tasks; the answer comes when they have ended.
  package func cancel(_ id: TaskID) async throws(RuntimeError) -> TaskSnapshot {
    try await requestCancel(id)
    let snapshot = try await ended(id)
    try await cancelChildren(of: id)
    return snapshot
  }

  /// Asks for the end of a task, or ends it where nobody works on it, and does not wait for that.
  func requestCancel(_ id: TaskID) async throws(RuntimeError) {
    while true {
      let snapshot = try await self.task(id)
      if snapshot.task.state.isFinal { return }
      do throws(StoreError) {
        let isOurs = snapshot.task.state == .running && snapshot.task.lease?.owner == incarnation
        let isStopping = isOurs ? try await requestCancel(snapshot.task) : false
        // Without a runner nobody works on it: it waits, or an earlier incarnation left it.
        if !isStopping { try await cancelAtOnce(snapshot) }
        return
      } catch {
        // Its state changed under our eyes: look again.
        guard error.code == .preconditionFailed else { throw RuntimeError(error) }
      }
    }
  }

  private func cancelChildren(of id: TaskID) async throws(RuntimeError) {
    let children: [TaskID]
    do throws(StoreError) {
      children = try await store.waits(of: id, isOpen: true).compactMap(\.childID)
    } catch { throw RuntimeError(error) }
    for child in children { try await requestCancel(child) }
    for child in children { _ = try await cancel(child) }
  }

  /// - Returns: false if no runner has the task.
  private func requestCancel(_ task: AgentTask) async throws(StoreError) -> Bool {
    let batch = StoreBatch(
      at: clock.now(), preconditions: [.taskState(task.id, oneOf: [.running])], changes: [.requestCancel(task.id)])
    _ = try await store.commit(batch)
    return await dispatcher.cancel(task.id)
  }

  private func cancelAtOnce(_ snapshot: TaskSnapshot) async throws(StoreError) {
    let reason = TaskReason(.cancelled, "somebody asked for it to be cancelled")
    let waits = try await store.waits(of: snapshot.task.id, isOpen: true)
    let batch = TaskEnding.batch(snapshot, waits: waits, as: .cancelled, reason, now: clock.now())
    hub.publish(try await store.commit(batch))
    if snapshot.task.state == .queued { queueRoom.giveBack() }
  }

  private func ended(_ id: TaskID) async throws(RuntimeError) -> TaskSnapshot {
    do {
      if let snapshot = try await wait(for: id, timeout: nil) { return snapshot }
    } catch let error as RuntimeError { throw error } catch {}
    throw RuntimeError(.cancelled, "the wait for the task's end was cancelled", taskID: id)
  }

  /// A new task with the same submission and `retryOf`.
  /// - Parameter onSubmit: gets its id before it exists.
  /// - Throws: `conflict` for a task that has not ended; otherwise as ``submit(_:)``.
  package func retry(
    _ id: TaskID, onSubmit: (TaskID) -> Void = { _ in }
  ) async throws(RuntimeError) -> SubmittedTask {
    let old = try await task(id).task
    guard old.state.isFinal else {
      throw RuntimeError(
        .conflict, "the task is \(old.state.rawValue); only one that has ended can be tried again",
        hint: "cancel it first", taskID: id)
    }
    let submission = TaskSubmission(
      goal: old.goal, plan: old.plan, inputs: old.inputs, title: old.title, priority: old.priority,
      taskClass: old.taskClass, workspaceRoot: old.workspaceRoot, unknownOutcomeDefault: old.unknownOutcomeDefault)
    var task = try await prepare(submission)
    task.retryOf = id
    onSubmit(task.id)
    return try await accept(task, submission)
  }

  /// The task once it has ended, or has an event after `since`; nil when `timeout` is over first.
  /// Cancelling the caller ends the wait, never the task.
  /// - Throws: `RuntimeError`, `CancellationError`.
  package func wait(for id: TaskID, timeout: Duration?, since: Int64? = nil) async throws -> TaskSnapshot? {
    try await withinTime(timeout, by: clock) { [self] in
      let subscription = hub.subscribe(taskID: id)
      defer { subscription.end() }
      while true {
        let snapshot = try await task(id)
        if snapshot.task.state.isFinal { return snapshot }
        if let since, try await !events(since: since, taskID: id, limit: 1).isEmpty { return snapshot }
        guard await subscription.next() != nil else { throw CancellationError() }
      }
    }
  }
}
