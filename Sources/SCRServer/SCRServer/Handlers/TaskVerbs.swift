import SCRProtocol
import SCRRuntime

/// What clients do with tasks, without the manner in which they ask: native methods and MCP tools share it.
struct TaskVerbs: Sendable {
  let runtime: CognitiveRuntime

  /// - Parameter onSubmit: gets the id before the task exists.
  /// - Returns: `{taskId, state, isRepeat?}`; with `wait` the whole task, or `{taskId, state, timedOut: true}`.
  func submit(_ params: SubmitTaskParams, onSubmit: (TaskID) -> Void) async throws -> JSONValue {
    let submission = try TaskSubmission(params)
    onSubmit(submission.id)
    let submitted = try await runtime.submit(submission)
    guard params.wait == true else { return Self.answer(submitted) }
    if let snapshot = try await runtime.wait(for: submitted.id, timeout: Self.duration(params.timeoutMs)) {
      return TaskProjection.json(snapshot)
    }
    let task = try await runtime.task(submitted.id).task
    return ["taskId": .string(task.id.text), "state": .string(task.state.rawValue), "timedOut": true]
  }

  /// The whole task. Where a wait met its time-out, as it is now and with `timedOut`.
  func get(_ params: GetTaskParams) async throws -> JSONValue {
    let id = TaskID(params.taskID)
    var found: TaskSnapshot?
    if params.wait == true {
      let since = params.since.map(Int64.init)
      found = try await runtime.wait(for: id, timeout: Self.duration(params.timeoutMs), since: since)
    }
    let snapshot: TaskSnapshot
    if let found { snapshot = found } else { snapshot = try await runtime.task(id) }
    var fields = TaskProjection.fields(snapshot)
    if params.history == true { fields["history"] = TaskProjection.history(try await runtime.history(of: id)) }
    if params.wait == true, found == nil { fields["timedOut"] = true }
    return .object(fields)
  }

  func list(_ params: ListTasksParams) async throws -> JSONValue {
    let page = try await runtime.tasks(
      TaskQuery(
        states: params.state.flatMap(TaskState.init).map { [$0] }, taskClass: params.taskClass, cursor: params.cursor,
        limit: params.limit ?? 50))
    var fields: JSONObject = ["tasks": .array(page.tasks.map { .object(TaskProjection.summary($0)) })]
    fields["nextCursor"] = page.nextCursor.map { .string($0) }
    if !page.damaged.isEmpty { fields["damaged"] = .array(page.damaged.map { .string($0.text) }) }
    return .object(fields)
  }

  /// The task once it has ended.
  func cancel(_ params: TaskIDParams) async throws -> JSONValue {
    TaskProjection.json(try await runtime.cancel(TaskID(params.taskID)))
  }

  private static func answer(_ submitted: SubmittedTask) -> JSONValue {
    var fields: JSONObject = ["taskId": .string(submitted.id.text), "state": .string(submitted.state.rawValue)]
    if submitted.isRepeat { fields["isRepeat"] = true }
    return .object(fields)
  }

  private static func duration(_ milliseconds: Int?) -> Duration? { milliseconds.map { .milliseconds($0) } }
}
