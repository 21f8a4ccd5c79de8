import SCRProtocol
package import SCRRuntime

/// The rules of ``TaskStore``, for every implementation alike.
package enum TaskStoreConformance {
  package typealias Check = ConformanceCheck<any TaskStore>

  package static let checks: [Check] =
    batches + lives + keys + readings + queue + times + documents + pruning + events + races

  package static let start = Timestamp(milliseconds: 1_700_000_000_000)

  package static func moment(_ milliseconds: Int64) -> Timestamp {
    Timestamp(milliseconds: start.milliseconds + milliseconds)
  }

  /// A plain task; `created` counts milliseconds.
  package static func task(
    _ id: String, state: TaskState = .queued, priority: TaskPriority = .normal, key: String? = nil, created: Int64 = 0
  ) -> AgentTask {
    AgentTask(
      id: TaskID(id), title: "Task \(id)", priority: priority, state: state, idempotencyKey: key,
      submissionDigest: key.map { "digest of \($0)" }, createdAt: moment(created))
  }

  /// A task in which no field has its default.
  package static func fullTask(_ id: String) -> AgentTask {
    var task = AgentTask(
      id: TaskID(id), title: "Größe “☃” 👩‍👩‍👧", goal: "say 'hi'; DROP TABLE tasks", plan: ["steps": [["id": "a"]]],
      inputs: ["z": 1, "a": [true, nil, 0.5]], priority: TaskPriority(level: 2), taskClass: "batch", state: .waiting,
      idempotencyKey: "key of \(id)", submissionDigest: "0f0f", workspaceRoot: "/srv/data", serversDigest: "abab",
      deadline: moment(90_000), retryOf: TaskID("task_old"), unknownOutcomeDefault: .fail, createdAt: moment(5))
    task.reason = TaskReason(kind: TaskReason.stepFailed, message: "no\nluck", stepID: "a", hint: "try again")
    task.result = ["text": "line\u{0}break"]
    task.provenance = ["tools": ["calculator"]]
    task.updatedAt = moment(70)
    task.endedAt = moment(80)
    task.lease = TaskLease(owner: Incarnation("run_1"), until: moment(30_000))
    task.epoch = 7
    task.planRevision = 3
    task.fairnessKey = "tenant"
    task.serverNames = ["filesystem", "git"]
    task.size = 123
    task.uniqueKey = "unique key of \(id)"
    task.runAt = moment(60_000)
    task.parent = TaskParent(taskID: TaskID("task_above"), stepID: "child")
    task.schedule = "nightly"
    task.budget = ["toolCalls": 5]
    task.usage = ["toolCalls": 2]
    task.retry = ["attempts": 3]
    task.retriedAs = TaskID("task_new")
    task.failedRuns = 1
    task.interruptions = 2
    return task
  }

  package static func insert(_ tasks: AgentTask...) -> StoreBatch {
    StoreBatch(at: start, changes: tasks.map { .insertTask($0) })
  }

  /// What the runtime does to take a task: fenced by its state, counted by its epoch.
  package static func claim(_ task: AgentTask, for owner: Incarnation) -> StoreBatch {
    StoreBatch(
      at: start, preconditions: [.taskState(task.id, oneOf: [.queued])],
      changes: [.claimTask(task.id, TaskLease(owner: owner, until: moment(30_000)), epoch: task.epoch + 1)],
      events: [EventDraft(.taskStarted, taskID: task.id)])
  }
}

extension TaskStore {
  func commit(_ changes: StoreChange...) async throws(StoreError) {
    _ = try await commit(StoreBatch(at: TaskStoreConformance.start, changes: changes))
  }

  /// The error of a batch that has to fail; the code is compared.
  @discardableResult
  func refuses(
    _ code: StoreError.Code, _ batch: StoreBatch, file: StaticString = #fileID, line: UInt = #line
  ) async throws -> StoreError {
    do throws(StoreError) { _ = try await commit(batch) } catch {
      try same(error.code, code, file: file, line: line)
      return error
    }
    throw ConformanceFailure(description: "\(file):\(line): the batch was taken, wanted \(code.name)")
  }
}
