import SCRProtocol
import SCRRuntime

extension TaskSubmission {
  /// What the parameters of `submit_task` ask for.
  ///
  /// - Throws: `RPCError` −32602 naming the member that is wrong.
  init(_ params: SubmitTaskParams) throws(RPCError) {
    guard (params.goal == nil) != (params.plan == nil) else {
      throw RPCError(
        .invalidParams, params.goal == nil ? "neither a goal nor a plan is given" : "both a goal and a plan are given",
        path: params.goal == nil ? "params" : "params.goal", hint: "give exactly one of \"goal\" and \"plan\"")
    }
    self.init(
      goal: params.goal, plan: params.plan, inputs: params.inputs ?? [:], title: params.title,
      priority: try Self.priority(params.priority), idempotencyKey: params.idempotencyKey,
      deadline: try Self.moment(params.deadline, "deadline"), workspaceRoot: try Self.workspaceRoot(params.context?.cwd)
    )
    do throws(ShapeError) {
      budget = try params.budget.map { json throws(ShapeError) in try Budget(json: .object(json), path: "params.budget")
      }
    } catch { throw error.rpcError }
    if let taskClass = params.taskClass { self.taskClass = taskClass }
    runAt = try Self.moment(params.runAt, "runAt")
    uniqueKey = params.uniqueKey
    retry = params.retry
    if let key = params.key { fairnessKey = key }
    weight = params.weight
  }

  static func priority(_ value: JSONValue?) throws(RPCError) -> TaskPriority {
    switch value {
    case nil: return .normal
    case .integer(let level) where (1...5).contains(level): return TaskPriority(level: Int(level))
    case .string(let name): if let priority = TaskPriority(name: name) { return priority }
    default: break
    }
    throw RPCError(
      .invalidParams, "params.priority: expected high, normal, low or an integer from 1 (most urgent) to 5",
      path: "params.priority")
  }

  /// - Parameter name: of the member, for the error.
  static func moment(_ text: String?, _ name: String) throws(RPCError) -> Timestamp? {
    guard let text else { return nil }
    guard let moment = Timestamp(text) else {
      throw RPCError(
        .invalidParams, "params.\(name): \"\(text.prefix(100))\" is not an RFC 3339 time", path: "params.\(name)",
        hint: "write it as 2026-11-23T20:34:25Z")
    }
    return moment
  }

  private static func workspaceRoot(_ folder: String?) throws(RPCError) -> String? {
    guard let folder else { return nil }
    guard folder.hasPrefix("/") else {
      throw RPCError(
        .invalidParams, "params.context.cwd: \"\(folder.prefix(200))\" is not an absolute path",
        path: "params.context.cwd")
    }
    return folder
  }
}
