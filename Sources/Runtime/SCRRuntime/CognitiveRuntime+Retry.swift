import SCRProtocol

// Ended tasks, dead letters among them, submitted again.
extension CognitiveRuntime {
  /// A new task with the same submission, but for the edits, and `retryOf`; the old one says `retriedAs`.
  /// - Parameter onSubmit: gets its id before it exists, and that of a try in vain.
  /// - Throws: `conflict` for a task that has not ended, or whose unique key another holds; otherwise as ``submit(_:)``.
  package func retry(
    _ id: TaskID, _ edits: RetryEdits = RetryEdits(), onSubmit: (TaskID) -> Void = { _ in }
  ) async throws(RuntimeError) -> SubmittedTask {
    while true {
      // Refused where somebody else retried it in the same moment: look again.
      if let submitted = try await retryOnce(id, edits, evenIfRetried: true, onSubmit) { return submitted }
    }
  }

  /// - Returns: nil where somebody else was first.
  private func retryOnce(
    _ id: TaskID, _ edits: RetryEdits, evenIfRetried: Bool, _ onSubmit: (TaskID) -> Void
  ) async throws(RuntimeError) -> SubmittedTask? {
    let snapshot = try await task(id)
    let old = snapshot.task
    if old.retriedAs != nil, !evenIfRetried { return nil }
    guard old.state.isFinal else {
      throw RuntimeError(
        .conflict, "the task is \(old.state.rawValue); only one that has ended can be tried again",
        hint: "cancel it first", taskID: id)
    }
    if edits.from != nil, old.goal != nil, edits.plan == nil {
      throw RuntimeError(
        .invalidParams, "the task has a goal: its plan is made anew, so there is no step to go on from",
        hint: "leave from out, or give a plan", path: "from", taskID: id)
    }
    let submission = TaskSubmission(again: old, edits)
    var task = try await prepare(submission)
    task.retryOf = id
    let rewind = try edits.from.map { step throws(RuntimeError) in
      try PlanRewind(
        from: step, of: try Planner.plan(of: old), snapshot.steps, to: try Planner.plan(of: task), as: task.id)
    }
    onSubmit(task.id)
    do throws(RuntimeError) {
      let submitted = try await accept(task, submission, retrying: old, taking: rewind?.records ?? [])
      guard submitted.isRepeat else { return submitted }
      throw RuntimeError(
        .conflict, "task \(submitted.id) has the same unique key and has not ended", hint: "wait for its end",
        taskID: submitted.id)
    } catch {
      guard (error.cause as? StoreError)?.code == .preconditionFailed else { throw error }
      return nil
    }
  }

  /// Submits several ended tasks again. What cannot be is told one by one; a queue that is full ends the call, which can
  /// be gone on with later.
  ///
  /// - Throws: `invalid_params`; and what stops everything (`queue_full`, `shutting_down`, `store_unavailable`), if
  ///   nothing was submitted yet.
  package func retry(
    _ request: RetryRequest, onSubmit: (TaskID) -> Void = { _ in }
  ) async throws(RuntimeError) -> RetryPage {
    let (tasks, nextCursor) = try await selected(request)
    let isByState = if case .ended = request.selection { true } else { false }
    var page = RetryPage(nextCursor: nextCursor)
    for id in tasks {
      do throws(RuntimeError) {
        let new =
          isByState
          ? try await retryOnce(id, request.edits, evenIfRetried: false, onSubmit)
          : try await retry(id, request.edits, onSubmit: onSubmit)
        if let new { page.retried.append(RetryPage.Retried(old: id, new: new)) }
      } catch {
        guard Self.stopping.contains(error.kind) else {
          page.refused.append(RetryPage.Refused(id: id, error: error))
          continue
        }
        if page.retried.isEmpty { throw error }
        page.refused.append(RetryPage.Refused(id: id, error: error))
        page.nextCursor = try await cursor(before: id)
        return page
      }
    }
    return page
  }

  private static let stopping: Set<ErrorKind> = [.queueFull, .shuttingDown, .storeUnavailable]

  private func selected(_ request: RetryRequest) async throws(RuntimeError) -> ([TaskID], nextCursor: String?) {
    switch request.selection {
    case .tasks(let ids):
      guard RetryRequest.limits.contains(ids.count) else {
        throw RuntimeError(
          .invalidParams, "\(ids.count) tasks are named; it can be from 1 to \(RetryRequest.limits.upperBound)",
          path: "taskIds")
      }
      return (ids.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }, nil)
    case .ended(let state, let taskClass, let before):
      guard state.isFinal else {
        throw RuntimeError(
          .invalidParams, "tasks that are \(state.rawValue) have not ended", hint: "name a final state, such as dead",
          path: "state")
      }
      let page = try await tasks(
        TaskQuery(states: [state], taskClass: taskClass, cursor: request.cursor, limit: request.limit))
      let open = page.tasks.filter { task in
        guard task.retriedAs == nil, task.parent == nil else { return false }
        guard let before, let endedAt = task.endedAt else { return before == nil }
        return endedAt < before
      }
      return (open.map(\.id), page.nextCursor)
    }
  }

  /// The page that begins with this task.
  private func cursor(before id: TaskID) async throws(RuntimeError) -> String? {
    do throws(StoreError) { return try await store.number(of: id).map { TaskCursor(number: $0 + 1).text } } catch {
      throw RuntimeError(error)
    }
  }
}
