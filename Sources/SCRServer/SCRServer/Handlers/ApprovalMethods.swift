package import SCRProtocol
package import SCRRuntime

extension NativeMethod {
  /// `list_approvals`, `answer_approval`, `send_event` and `revise_plan`.
  static func approvals(_ verbs: ApprovalVerbs) -> [NativeMethod] {
    [
      NativeMethod(
        "list_approvals", ApprovalVerbs.listSummary, ListApprovalsParams.shape, gives: NativeResult("ApprovalPage")
      ) { params, _ in
        try await verbs.list(params)
      },
      NativeMethod(
        "answer_approval", ApprovalVerbs.answerSummary, AnswerApprovalParams.shape, gives: NativeResult("Approval")
      ) { params, _ in
        try await verbs.answer(params)
      },
      NativeMethod("send_event", ApprovalVerbs.sendSummary, SendEventParams.shape, gives: NativeResult("EventDelivery"))
      { params, _ in
        try await verbs.send(params)
      },
      NativeMethod("revise_plan", ApprovalVerbs.reviseSummary, RevisePlanParams.shape, gives: NativeResult("Task")) {
        params, _ in
        try await verbs.revise(params)
      },
    ]
  }
}

/// What clients do about tasks that wait, without the manner in which they ask.
package struct ApprovalVerbs: Sendable {
  let runtime: CognitiveRuntime

  static let listSummary = "Lists what tasks ask: approvals, inputs, and what only a person can decide; oldest first."
  static let answerSummary = "Answers what a task asks. The first answer counts, whoever gives it."
  static let sendSummary = "Sends an event to the steps that wait for it."
  static let reviseSummary =
    "Gives a task another plan; what completed keeps its outcome, what runs and is left out is stopped."

  /// Who answers where a client does not say so.
  private static let client = "client"

  /// `{approvals, nextCursor?}`.
  func list(_ params: ListApprovalsParams) async throws -> JSONValue {
    let page = try await runtime.approvals(
      WaitQuery(
        taskID: params.taskID.map { TaskID($0) }, isOpen: params.open ?? true, cursor: params.cursor,
        limit: params.limit ?? 100))
    return Self.json(page)
  }

  /// The question with its answer.
  func answer(_ params: AnswerApprovalParams) async throws -> JSONValue {
    try await runtime.answer(
      params.approvalID, decision: params.decision, value: params.value, by: params.by ?? Self.client
    ).json
  }

  /// `{delivered: [approvalId], kept}`.
  func send(_ params: SendEventParams) async throws -> JSONValue {
    let sent = try await runtime.sendEvent(
      EventName(params.name, key: params.key), payload: params.payload ?? .null,
      taskID: params.taskID.map { TaskID($0) }, by: params.by ?? Self.client)
    return ["delivered": .array(sent.delivered.map { .string($0) }), "kept": .bool(sent.isKept)]
  }

  /// The task with its new plan.
  func revise(_ params: RevisePlanParams) async throws -> JSONValue {
    TaskProjection.json(
      try await runtime.revisePlan(
        of: TaskID(params.taskID), to: params.plan, expecting: params.planRevision.map(Int64.init),
        by: params.by ?? Self.client))
  }

  package static func json(_ page: WaitPage) -> JSONValue {
    var fields: JSONObject = ["approvals": .array(page.waits.map(\.json))]
    fields["nextCursor"] = page.nextCursor.map { .string($0) }
    return .object(fields)
  }
}
