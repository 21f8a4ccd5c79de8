import SCRProtocol
package import SCRRuntime

/// The rules of ``TaskStore``, for every implementation alike.
package enum TaskStoreConformance {
  package typealias Check = ConformanceCheck<any TaskStore>

  package static let checks: [Check] = batches + keys + readings + queue + events + races

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
    return task
  }

  package static func insert(_ tasks: AgentTask...) -> StoreBatch {
    StoreBatch(at: start, changes: tasks.map { .insertTask($0) })
  }

  /// What the runtime does to take a task: fenced by its state, counted by its epoch.
  package static func claim(_ task: AgentTask, for owner: Incarnation) -> StoreBatch {
    var claimed = task
    claimed.state = .running
    claimed.epoch += 1
    claimed.lease = TaskLease(owner: owner, until: moment(30_000))
    return StoreBatch(
      at: start, preconditions: [.taskState(task.id, oneOf: [.queued])], changes: [.updateTask(claimed)],
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
