import SCRProtocol

// Tasks as clients see them.
extension CognitiveRuntime {
  /// - Throws: `RuntimeError`: `invalid_params`, `invalid_plan`, `invalid_input`, `model_unavailable`, `conflict`,
  ///   `queue_full`, `server_unavailable`, `shutting_down`, `store_unavailable`. Nothing was accepted then.
  package func submit(_ submission: TaskSubmission) async throws(RuntimeError) -> SubmittedTask {
    // Before anything that may be otherwise than at the first time, such as a tool server that is down.
    if let known = try await earlier(submission) { return known }
    return try await accept(try await prepare(submission), submission)
  }

  /// The task that a submission stands for already: by its idempotency key, or by its unique key.
  /// - Throws: `conflict` where the idempotency key belongs to another submission.
  private func earlier(_ submission: TaskSubmission) async throws(RuntimeError) -> SubmittedTask? {
    var known: (id: TaskID, digest: String?)?
    var unique: TaskID?
    do throws(StoreError) {
      if let key = submission.idempotencyKey { known = try await store.task(withIdempotencyKey: key) }
      if known == nil, let key = submission.uniqueKey { unique = try await store.task(withUniqueKey: key) }
    } catch { throw RuntimeError(error) }
    if let known, known.digest != submission.digest {
      throw RuntimeError(
        .conflict, "the idempotency key \"\(submission.idempotencyKey ?? "")\" belongs to another submission",
        hint: "use a new key for another task", path: "idempotencyKey", taskID: known.id)
    }
    guard let id = known?.id ?? unique else { return nil }
    return SubmittedTask(id: id, state: try await task(id).task.state, isRepeat: true)
  }

  /// Checks a submission wholly and accepts nothing: what ``submit(_:)`` would refuse, this refuses.
  package func prepare(_ submission: TaskSubmission) async throws(RuntimeError) -> AgentTask {
    if isShuttingDown {
      throw RuntimeError(.shuttingDown, "the runtime is shutting down", isRetryable: true)
    }
    try SubmissionCheck.check(submission)
    let root = submission.workspaceRoot ?? configuration.workspaceRoot
    guard root == configuration.workspaceRoot else {
      throw RuntimeError(
        .invalidInput, "this runtime works in \(configuration.workspaceRoot), not in \(root)",
        hint: "start scr in that folder, or leave context.cwd out", path: "context.cwd")
    }
    let plan = try Planner.plan(submission, hasModel: !models.isEmpty)
    try await awaitServers(of: plan)
    do throws(PlanError) {
      try PlanChecker.check(
        plan, tools: registry.catalogue, agents: configuration.definitions.names, inputs: submission.inputs,
        source: submission.planSource)
    } catch { throw RuntimeError(error) }
    return TaskAcceptance.task(
      for: submission, plan, document: try Planner.document(submission), configuration, now: clock.now())
  }

  /// A server that still starts may yet bring the tools that the plan names.
  private func awaitServers(of plan: Plan) async throws(RuntimeError) {
    for name in plan.serverNames.sorted() {
      guard let source = registry.sources.first(where: { $0.serverName == name }) else { continue }
      let status = await source.settled(within: configuration.serverPatience, by: clock)
      guard status.state == .ready else {
        throw RuntimeError(
          .serverUnavailable,
          "the tool server \(name) is \(status.state.rawValue)" + (status.reason.map { ": \($0)" } ?? ""),
          hint: "scr mcp smoke --server \(name) shows what is wrong", isRetryable: true)
      }
    }
  }

  /// Makes a prepared task durable.
  /// - Parameters:
  ///   - old: the ended task whose work it does again; it is told of its successor in the same commit.
  ///   - records: steps of it that are taken over with their outcomes.
  func accept(
    _ task: AgentTask, _ submission: TaskSubmission, retrying old: AgentTask? = nil, taking records: [StepRecord] = []
  ) async throws(RuntimeError) -> SubmittedTask {
    var batch = TaskAcceptance.batch(task)
    if let old { TaskAcceptance.link(old, to: task, in: &batch) }
    if let old, !records.isEmpty { TaskAcceptance.take(records, of: old, for: task, in: &batch) }
    var weight: StoreChange?
    while true {
      weight = try await enterQueue(task, weight: submission.weight)
      do throws(StoreError) {
        var whole = batch
        if let weight { whole.changes.append(weight) }
        hub.publish(try await store.commit(whole))
        break
      } catch {
        queueRoom.undo(task)
        guard error.code == .duplicateKey || error.code == .duplicateUnique else { throw RuntimeError(error) }
      }
      // Somebody was first. Who was may have ended, or be pruned, by now: then the way is free again.
      if let known = try await earlier(submission) { return known }
    }
    await entered(task, weight: weight == nil ? nil : submission.weight)
    if task.deadline != nil { deadlines.look() }
    return SubmittedTask(id: task.id, state: task.state, isRepeat: false)
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

  private func state(of id: TaskID) async throws(RuntimeError) -> TaskState {
    let found: AgentTask?
    do throws(StoreError) { found = try await store.task(id) } catch { throw RuntimeError(error) }
    guard let found else { throw .unknownTask(id) }
    return found.state
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
    if snapshot.task.state.takesQueueRoom { queueRoom.giveBack(snapshot.task) }
  }

  private func ended(_ id: TaskID) async throws(RuntimeError) -> TaskSnapshot {
    do {
      if let snapshot = try await wait(for: id, timeout: nil) { return snapshot }
    } catch let error as RuntimeError { throw error } catch {}
    throw RuntimeError(.cancelled, "the wait for the task's end was cancelled", taskID: id)
  }

  /// The task once it has ended, or has an event after `since`; nil when `timeout` is over first.
  /// Cancelling the caller ends the wait, never the task.
  /// - Throws: `RuntimeError`, `CancellationError`.
  package func wait(for id: TaskID, timeout: Duration?, since: Int64? = nil) async throws -> TaskSnapshot? {
    try await withinTime(timeout, by: clock) { [self] in
      let subscription = hub.subscribe(taskID: id)
      defer { subscription.end() }
      while true {
        // Steps and accounts are read once there is somebody to give them to.
        if try await state(of: id).isFinal { return try await task(id) }
        if let since, try await !events(since: since, taskID: id, limit: 1).isEmpty { return try await task(id) }
        guard await subscription.next() != nil else { throw CancellationError() }
      }
    }
  }
}
