package import SCRProtocol

// How a wait lies in the store, and how clients see it.
extension Wait {
  /// - Returns: nil for a document that is no wait of ours.
  package init?(_ document: StoreDocument) {
    let body = document.body
    guard document.kind == .wait, let taskID = document.taskID,
      let kind = body["kind"]?.stringValue.flatMap(WaitKind.init)
    else { return nil }
    self.init(
      id: document.id, taskID: taskID, stepID: body["stepId"]?.stringValue, kind: kind,
      question: body["question"]?.stringValue,
      options: (body["options"]?.arrayValue ?? []).compactMap(\.stringValue), schema: body["schema"],
      event: body["event"]?.stringValue.map { EventName($0, key: body["key"]?.stringValue) },
      childID: (body["childTaskId"]?.stringValue).map { TaskID($0) }, dueAt: document.dueAt,
      onTimeout: body["onTimeout"]?.stringValue.flatMap(WaitTimeoutPolicy.init) ?? .fail,
      requestedAt: document.createdAt, answer: body["answer"].flatMap(WaitAnswer.init), revision: document.revision)
    isApplied = body["applied"] == true
  }

  package var document: StoreDocument {
    var body: JSONObject = ["kind": .string(kind.rawValue)]
    body["stepId"] = stepID.map { .string($0) }
    body["question"] = question.map { .string($0) }
    if !options.isEmpty { body["options"] = .array(options.map { .string($0) }) }
    body["schema"] = schema
    body["event"] = event.map { .string($0.name) }
    body["key"] = (event?.key).map { .string($0) }
    body["childTaskId"] = childID.map { .string($0.text) }
    if onTimeout != .fail { body["onTimeout"] = .string(onTimeout.rawValue) }
    body["answer"] = answer?.json
    if isApplied { body["applied"] = true }
    return StoreDocument(
      .wait, id: id, taskID: taskID, isOpen: isOpen, dueAt: dueAt, body: .object(body), now: requestedAt)
  }

  /// `{approvalId, taskId, stepId?, kind, question?, options?, schema?, event?, key?, childTaskId?, requestedAt, dueAt?,
  /// answer?}`.
  package var json: JSONValue {
    var fields: JSONObject = ["approvalId": .string(id), "taskId": .string(taskID.text)]
    for field in document.body.objectValue ?? [:] where field.key != "applied" { fields[field.key] = field.value }
    fields["requestedAt"] = .string(requestedAt.description)
    fields["dueAt"] = dueAt.map { .string($0.description) }
    return .object(fields)
  }
}

extension WaitAnswer {
  init?(json: JSONValue) {
    guard let by = json["by"]?.stringValue, let at = json["at"]?.stringValue.flatMap(Timestamp.init) else { return nil }
    self.init(decision: json["decision"]?.stringValue, value: json["value"], by: by, at: at)
  }

  /// `{decision?, value?, by, at}`.
  package var json: JSONValue {
    var fields: JSONObject = [:]
    fields["decision"] = decision.map { .string($0) }
    fields["value"] = value
    fields["by"] = .string(by)
    fields["at"] = .string(at.description)
    return .object(fields)
  }
}
