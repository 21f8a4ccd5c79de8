import SCRProtocol
import SCRRuntime

extension TaskVerbs {
  /// With `taskId` the new task, whose `retryOf` names the old one; otherwise as ``RetryProjection``.
  /// - Parameter onSubmit: gets the id of each new task before it exists.
  func retry(_ params: RetryTaskParams, onSubmit: (TaskID) -> Void) async throws -> JSONValue {
    let edits = try RetryEdits(params)
    if let taskID = params.taskID, try Self.selects(params) == 1 {
      let submitted = try await runtime.retry(TaskID(taskID), edits, onSubmit: onSubmit)
      return TaskProjection.json(try await runtime.task(submitted.id))
    }
    guard params.from == nil else {
      throw RPCError(
        .invalidParams, "a step to begin with is given for several tasks", path: "params.from", hint: "give taskId")
    }
    return RetryProjection.json(try await runtime.retry(try RetryRequest(params, edits), onSubmit: onSubmit))
  }

  /// How many ways to select tasks are used; exactly one is right.
  fileprivate static func selects(_ params: RetryTaskParams) throws(RPCError) -> Int {
    let count = [params.taskID != nil, params.taskIDs != nil, params.state != nil].count { $0 }
    guard count == 1 else {
      throw RPCError(
        .invalidParams, "the tasks are \(count == 0 ? "not named" : "named in several ways")", path: "params",
        hint: "give one of taskId, taskIds and state")
    }
    return count
  }
}

extension RetryEdits {
  fileprivate init(_ params: RetryTaskParams) throws(RPCError) {
    self.init()
    if let inputs = params.inputs { self.inputs = inputs }
    plan = params.plan
    if params.priority != nil { priority = try TaskSubmission.priority(params.priority) }
    taskClass = params.newClass
    runAt = try TaskSubmission.moment(params.runAt, "runAt")
    from = params.from
  }
}

extension RetryRequest {
  fileprivate init(_ params: RetryTaskParams, _ edits: RetryEdits) throws(RPCError) {
    _ = try TaskVerbs.selects(params)
    var selection = Selection.tasks((params.taskIDs ?? []).map { TaskID($0) })
    if let state = params.state.flatMap(TaskState.init) {
      selection = .ended(
        in: state, taskClass: params.taskClass, before: try TaskSubmission.moment(params.before, "before"))
    }
    self.init(selection, edits: edits, cursor: params.cursor, limit: params.limit ?? 100)
  }
}
