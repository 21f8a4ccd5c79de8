package import SCRProtocol

/// Something worth knowing that came up while a task was worked off, for its other steps and for whoever watches.
package struct Finding: Sendable, Hashable {
  /// Counts the findings of a family of tasks from 1; told in their order.
  package var number: Int64
  package var at: Timestamp
  /// The task and step that it came from; the task may be a child of the one whose shelf it is on.
  package var taskID: TaskID
  package var stepID: String?
  /// Who found it: an agent, a client, a person.
  package var source: String?
  package var value: JSONValue

  package init(
    number: Int64, at: Timestamp, taskID: TaskID, stepID: String? = nil, source: String? = nil, value: JSONValue
  ) {
    self.number = number
    self.at = at
    self.taskID = taskID
    self.stepID = stepID
    self.source = source
    self.value = value
  }

  /// `{number, at, taskId, stepId?, source?, value}`.
  package var json: JSONValue {
    var fields: JSONObject = [
      "number": .integer(number), "at": .string(at.description), "taskId": .string(taskID.text),
    ]
    fields["stepId"] = stepID.map { .string($0) }
    fields["source"] = source.map { .string($0) }
    fields["value"] = value
    return .object(fields)
  }

  package init?(json: JSONValue) {
    guard let number = json["number"]?.integerValue, let at = json["at"]?.stringValue.flatMap(Timestamp.init),
      let taskID = json["taskId"]?.stringValue, let value = json["value"]
    else { return nil }
    self.init(
      number: number, at: at, taskID: TaskID(taskID), stepID: json["stepId"]?.stringValue,
      source: json["source"]?.stringValue, value: value)
  }
}

package struct FindingPage: Sendable, Hashable {
  package var findings: [Finding]
  package var nextCursor: String?

  package init(findings: [Finding], nextCursor: String? = nil) {
    self.findings = findings
    self.nextCursor = nextCursor
  }
}
