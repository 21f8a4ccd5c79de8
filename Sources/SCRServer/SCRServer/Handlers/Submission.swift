import SCRProtocol
import SCRRuntime

extension TaskSubmission {
  /// What the parameters of `submit_task` ask for.
  ///
  /// - Throws: `RPCError` −32602 naming the member that is wrong, or that asks for what is not there yet.
  init(_ params: SubmitTaskParams) throws(RPCError) {
    try Self.refuseUnsupported(params)
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
    if let taskClass = params.taskClass { self.taskClass = taskClass }
    runAt = try Self.moment(params.runAt, "runAt")
    uniqueKey = params.uniqueKey
    retry = params.retry
    if let key = params.key { fairnessKey = key }
  }

  /// Members that are named in the interface and that a later version honours. Passing over them would be a lie.
  static let unsupportedMembers = ["weight", "budget"]

  private static func refuseUnsupported(_ params: SubmitTaskParams) throws(RPCError) {
    let given = SubmitTaskParams.shape.encode(params)
    guard let name = unsupportedMembers.first(where: { given[$0] != nil }) else { return }
    throw RPCError(
      .invalidParams, "\"\(name)\" is not supported by this version", path: "params.\(name)", hint: "leave it out")
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
