import SCRProtocol

// Words to agents while they work.
extension CognitiveRuntime {
  /// Says something to the agents of a task. It is durable once this returns; the next agent that is about to ask its model
  /// hears it first, in the order in which things were said. Where none is at work it waits for the next one.
  ///
  /// - Parameters:
  ///   - stepID: only that step's agent is to hear it; nil for whichever comes first.
  ///   - isFollowUp: an agent that is at work already is not disturbed; only one that begins hears it.
  ///   - by: what the client calls itself; shown to others.
  /// - Returns: the id of what was said.
  /// - Throws: `not_found`; `conflict` for a task that has ended or has no agents; `invalid_params`; `too_large`;
  ///   `rate_limited` while too much waits to be heard.
  package func steer(
    _ id: TaskID, _ text: String, stepID: String? = nil, isFollowUp: Bool = false, by: String
  ) async throws(RuntimeError) -> String {
    try Steering.check(text)
    let snapshot = try await task(id)
    let plan = try Planner.plan(of: snapshot.task)
    guard !snapshot.task.state.isFinal else {
      throw RuntimeError(
        .conflict, "the task has ended as \(snapshot.task.state.rawValue)", hint: "submit a new goal", taskID: id)
    }
    guard plan.steps.contains(where: \.work.isAgent) else {
      throw RuntimeError(
        .conflict, "the task has no agents that could hear it", hint: "revise_plan changes what its steps do",
        taskID: id)
    }
    if let stepID {
      guard let step = plan.steps.first(where: { $0.id == stepID }), step.work.isAgent else {
        throw RuntimeError(
          .invalidParams, "the task has no agent step \"\(stepID.prefix(80))\"",
          hint: Suggestion.hint(stepID, among: plan.steps.filter(\.work.isAgent).map(\.id)), path: "stepId", taskID: id)
      }
      if snapshot.steps.contains(where: { $0.stepID == stepID && $0.state.isFinal }) {
        throw RuntimeError(.conflict, "the step \(stepID) has ended", path: "stepId", taskID: id)
      }
    }
    try await refuseFull(id)
    return try await keep(text, stepID: stepID, isFollowUp: isFollowUp, by: by, for: snapshot.task)
  }

  private func refuseFull(_ id: TaskID) async throws(RuntimeError) {
    let waiting: Int
    do throws(StoreError) {
      let query = DocumentQuery(.steer, taskID: id, isOpen: true, limit: Steering.limit)
      waiting = try await store.documents(query).documents.count
    } catch { throw RuntimeError(error) }
    guard waiting >= Steering.limit else { return }
    throw RuntimeError(
      .rateLimited, "\(waiting) messages wait to be heard by the task's agents", taskID: id, isRetryable: true)
  }

  private func keep(
    _ text: String, stepID: String?, isFollowUp: Bool, by: String, for task: AgentTask
  ) async throws(RuntimeError) -> String {
    let now = clock.now()
    let letter = "steer_\(RandomHex.make(bytes: 16))"
    var body: JSONObject = ["text": .string(text), "by": .string(by)]
    body["stepId"] = stepID.map { .string($0) }
    if isFollowUp { body["followUp"] = true }
    let told: JSONObject = [
      "messageId": .string(letter), "by": .string(by), "text": .string(text.prefix(bytes: 500)),
    ]
    do throws(StoreError) {
      hub.publish(
        try await store.commit(
          StoreBatch(
            at: now, preconditions: [.taskState(task.id, oneOf: Set(TaskState.allCases.filter { !$0.isFinal }))],
            changes: [.putDocument(StoreDocument(.steer, id: letter, taskID: task.id, body: .object(body), now: now))],
            events: [EventDraft(.taskSteered, taskID: task.id, stepID: stepID, data: .object(told))])))
      return letter
    } catch {
      if error.code == .preconditionFailed {
        throw RuntimeError(.conflict, "the task has ended", hint: "submit a new goal", taskID: task.id)
      }
      throw RuntimeError(error)
    }
  }
}
