package import SCRProtocol

/// One request that an agent of a task made to a model: what it took, or why it came to nothing. Kept in the commit that
/// keeps the answer, so that accounts are neither ahead of the journal nor behind it.
package struct ModelTurn: Sendable, Hashable {
  package var stepID: String
  /// `run.attempt` of the step, as journals name it.
  package var attempt: String
  /// Of the attempt, from 1.
  package var turn: Int
  package var role: String
  package var provider: String
  package var model: String
  package var usage = ModelUsage()
  /// From our own cache: it took nothing.
  package var isCached = false
  package var failure: Failure?

  /// As much of a ``ModelError`` as is worth keeping.
  package struct Failure: Sendable, Hashable {
    package var code: ModelError.Code
    package var message: String
    package var hint: String?
  }

  init(_ brief: AgentBrief, _ turn: Int, _ response: ModelResponse) {
    self.init(brief, turn, provider: response.start?.provider ?? "", model: response.start?.model ?? "")
    usage = response.usage
    isCached = response.start?.isCached ?? false
  }

  init(_ brief: AgentBrief, _ turn: Int, _ error: ModelError, provider: ModelProfile) {
    self.init(brief, turn, provider: error.provider ?? provider.name, model: error.model ?? "")
    failure = Failure(code: error.code, message: error.message, hint: error.hint)
  }

  private init(_ brief: AgentBrief, _ turn: Int, provider: String, model: String) {
    stepID = brief.stepID
    attempt = "\(brief.failedRuns).\(brief.attempt)"
    self.turn = turn
    role = brief.kind.rawValue
    self.provider = provider
    self.model = model
  }

  /// As the accounts count it.
  package var row: ModelLedger.Row {
    var row = ModelLedger.Row()
    row.calls = isCached ? 0 : 1
    row.cached = isCached ? 1 : 0
    row.failures = failure == nil ? 0 : 1
    row.usage = usage
    return row
  }

  func document(id: String, of task: TaskID) -> StoreDocument {
    StoreDocument(.modelTurn, id: id, taskID: task, isOpen: false, body: json, now: Timestamp(milliseconds: 0))
  }
}

extension ModelTurn {
  /// `{stepId, attempt, turn, role, provider, model, usage, cached?, error?: {code, message, hint?}}`.
  package var json: JSONValue {
    var fields: JSONObject = [
      "stepId": .string(stepID), "attempt": .string(attempt), "turn": JSONValue(turn), "role": .string(role),
      "provider": .string(provider), "model": .string(model), "usage": usage.json,
    ]
    if isCached { fields["cached"] = true }
    if let failure {
      var error: JSONObject = ["code": .string(failure.code.rawValue), "message": .string(failure.message)]
      error["hint"] = failure.hint.map { .string($0) }
      fields["error"] = .object(error)
    }
    return .object(fields)
  }

  /// Nil for what ``json`` never gives.
  package init?(json: JSONValue) {
    guard let stepID = json["stepId"]?.stringValue, let attempt = json["attempt"]?.stringValue,
      let turn = json["turn"]?.integerValue, let role = json["role"]?.stringValue,
      let provider = json["provider"]?.stringValue, let model = json["model"]?.stringValue,
      let usage = json["usage"].flatMap(ModelUsage.init(json:))
    else { return nil }
    self.stepID = stepID
    self.attempt = attempt
    self.turn = Int(clamping: turn)
    self.role = role
    self.provider = provider
    self.model = model
    self.usage = usage
    isCached = json["cached"] == true
    if let code = json["error"]?["code"]?.stringValue {
      failure = Failure(
        code: ModelError.Code(rawValue: code), message: json["error"]?["message"]?.stringValue ?? "",
        hint: json["error"]?["hint"]?.stringValue)
    }
  }
}
