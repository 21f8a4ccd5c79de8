package import SCRProtocol

extension CognitiveRuntime {
  /// Gives a task that has not ended another plan. What has happened stays: see ``PlanRevision``.
  ///
  /// - Parameters:
  ///   - expected: how often the plan may have been revised before; nil: that does not matter.
  ///   - by: who wants it; told in the event `plan.revised`.
  /// - Throws: `not_found`; `conflict` for a task that has ended, for a plan that was revised meanwhile, or for what cannot
  ///   be changed any more; as ``submit(_:)`` for a plan that is not good.
  package func revisePlan(
    of id: TaskID, to document: JSONValue, expecting expected: Int64? = nil, by: String
  ) async throws(RuntimeError) -> TaskSnapshot {
    while true {
      let snapshot = try await self.task(id)
      try refuseRevision(of: snapshot.task, expected)
      let plan = try await checked(document, for: snapshot.task)
      if snapshot.task.state == .running {
        let request = RevisionRequest(document, plan, by: by, expected)
        if try await reviseRunning(id, request) { return try await self.task(id) }
        continue
      }
      let revision = try await revision(of: snapshot, to: plan)
      do throws(StoreError) {
        var batch = batch(snapshot.task, document, plan, revision, by: by)
        try await countLoops(of: snapshot.task, in: &batch)
        hub.publish(try await store.commit(batch))
      } catch {
        // Its state changed under our eyes: look again.
        if error.code == .preconditionFailed { continue }
        throw RuntimeError(error)
      }
      if snapshot.task.state == .waiting {
        queueRoom.takeBack(snapshot.task)
        dispatcher.queued(snapshot.task, isNew: false)
      }
      for child in revision.closed.compactMap(\.childID) { try await requestCancel(child) }
      return try await self.task(id)
    }
  }

  /// From now on the task could go on for ever: its calls are looked at.
  private func countLoops(of task: AgentTask, in batch: inout StoreBatch) async throws(StoreError) {
    // One that never ran is as good as submitted with this plan.
    guard task.epoch > 0, try await store.document(.loop, task.id.text) == nil else { return }
    batch.preconditions.append(.documentRevision(.loop, task.id.text, nil))
    batch.changes.append(.putDocument(TaskRun.document(LoopDetector(), of: task.id, now: batch.at)))
  }

  /// Lets whoever runs the task take the plan.
  /// - Returns: false if the task is to be looked at again.
  private func reviseRunning(_ id: TaskID, _ request: RevisionRequest) async throws(RuntimeError) -> Bool {
    guard waits.revise(id, request) else {
      throw RuntimeError(
        .conflict, "nobody here is at work on the task just now", hint: "try again", taskID: id, isRetryable: true)
    }
    switch await request.answer.value() {
    case .taken?: return true
    case .refused(let error)?: throw error
    case .lookAgain?: return false
    case nil: throw RuntimeError(.cancelled, "the wait for the plan to be taken was cancelled", taskID: id)
    }
  }

  private func refuseRevision(of task: AgentTask, _ expected: Int64?) throws(RuntimeError) {
    if let expected, expected != task.planRevision { throw .revised(task.id, expected, task.planRevision) }
    switch task.state {
    case .scheduled, .queued, .waiting, .running: return
    case .completed, .failed, .cancelled, .dead:
      throw RuntimeError(
        .conflict, "the task has ended as \(task.state.rawValue)", hint: "submit the plan as a new task",
        taskID: task.id)
    }
  }

  private func checked(_ document: JSONValue, for task: AgentTask) async throws(RuntimeError) -> Plan {
    let plan = try Planner.plan(
      TaskSubmission(plan: document, inputs: task.inputs), hasModel: !models.isEmpty)
    let depth = try await self.depth(of: task)
    do throws(PlanError) {
      guard depth + plan.depth <= PlanLimits.depth else {
        throw PlanError(problems: [PlanProblem(path: "", "plans are nested deeper than \(PlanLimits.depth)")])
      }
      try PlanChecker.check(
        plan, tools: registry.catalogue, agents: configuration.definitions.names, inputs: task.inputs)
    } catch { throw RuntimeError(error) }
    return plan
  }

  /// Tasks that it is a child of, directly or not.
  private func depth(of task: AgentTask) async throws(RuntimeError) -> Int {
    var depth = 0
    var parent = task.parent
    while let next = parent, depth < PlanLimits.depth {
      depth += 1
      do throws(StoreError) { parent = try await store.task(next.taskID)?.parent } catch { throw RuntimeError(error) }
    }
    return depth
  }

  private func revision(of snapshot: TaskSnapshot, to plan: Plan) async throws(RuntimeError) -> PlanRevision {
    let open: [Wait]
    do throws(StoreError) { open = try await store.waits(of: snapshot.task.id, isOpen: true) } catch {
      throw RuntimeError(error)
    }
    let revision = PlanRevision(
      from: try Planner.plan(of: snapshot.task), to: plan, records: snapshot.steps, waits: open)
    if !revision.problems.isEmpty {
      var error = RuntimeError(PlanError(problems: revision.problems))
      error.kind = .conflict
      error.taskID = snapshot.task.id
      throw error
    }
    return revision
  }

  private func batch(
    _ old: AgentTask, _ document: JSONValue, _ plan: Plan, _ revision: PlanRevision, by: String
  ) -> StoreBatch {
    let now = clock.now()
    let names = plan.serverNames
    var batch = StoreBatch(
      at: now,
      preconditions: [
        .taskState(old.id, oneOf: [old.state]), .taskEpoch(old.id, old.epoch), .planRevision(old.id, old.planRevision),
      ]
        + revision.closed.map { .documentRevision(.wait, $0.id, $0.revision) },
      changes: [
        .revisePlan(
          old.id, document, revision: old.planRevision + 1, serverNames: names.sorted(),
          serversDigest: configuration.serversDigest(names)),
        .removeSteps(old.id, revision.forgotten),
      ] + revision.closed.map { .putDocument($0.closed(at: now).document) }
        + revision.closed.compactMap(\.childID).map { .requestCancel($0) },
      events: [
        EventDraft(
          .planRevised, taskID: old.id,
          data: revision.told(plan, by: by))
      ])
    guard old.state == .waiting else { return batch }
    // There may be steps now that wait for nobody.
    var task = old
    task.state = .queued
    task.reason = nil
    task.updatedAt = now
    batch.changes.append(.updateTask(task))
    batch.events.append(EventDraft(.taskQueued, taskID: task.id, data: ["resumed": true]))
    return batch
  }
}

extension Plan {
  /// Plans within each other, itself included.
  var depth: Int {
    1
      + (steps.compactMap { step in
        if case .plan(let child) = step.work { child.plan.depth } else { nil }
      }.max() ?? 0)
  }
}

extension RuntimeError {
  static func revised(_ id: TaskID, _ expected: Int64, _ found: Int64) -> RuntimeError {
    RuntimeError(
      .conflict, "the plan was revised \(found) times, not \(expected)",
      hint: "read the task again, and its planRevision", path: "planRevision", taskID: id)
  }
}
