package import SCRProtocol

/// What every task of a schedule is submitted with.
package struct ScheduleTemplate: Sendable, Hashable {
  package var goal: String?
  package var plan: JSONValue?
  package var inputs: JSONObject = [:]
  package var title: String?
  package var priority = TaskPriority.normal
  package var taskClass = "default"
  package var fairnessKey = ""
  /// The weight that its key gets with each task; nil leaves it.
  package var weight: Int?
  package var budget: Budget?
  /// How the whole task is retried, as in a submission.
  package var retry: JSONValue?
  /// From its tick on.
  package var deadline: Duration?

  package init(goal: String? = nil, plan: JSONValue? = nil) {
    self.goal = goal
    self.plan = plan
  }

  func submission(at tick: Timestamp) -> TaskSubmission {
    var submission = TaskSubmission(
      goal: goal, plan: plan, inputs: inputs, title: title, priority: priority, taskClass: taskClass,
      deadline: deadline.map { tick + $0 })
    submission.fairnessKey = fairnessKey
    submission.weight = weight
    submission.budget = budget
    submission.retry = retry
    return submission
  }

  /// `{goal?, plan?, inputs?, title?, priority, class, key?, weight?, budget?, retry?, deadlineMs?}`.
  package var json: JSONValue {
    var fields: JSONObject = [:]
    fields["goal"] = goal.map { .string($0) }
    fields["plan"] = plan
    if !inputs.isEmpty { fields["inputs"] = .object(inputs) }
    fields["title"] = title.map { .string($0) }
    fields["priority"] = JSONValue(priority.level)
    fields["class"] = .string(taskClass)
    if !fairnessKey.isEmpty { fields["key"] = .string(fairnessKey) }
    fields["weight"] = weight.map { JSONValue($0) }
    fields["budget"] = budget?.json
    fields["retry"] = retry
    fields["deadlineMs"] = deadline.map { .integer($0.milliseconds) }
    return .object(fields)
  }

  /// Nil for what ``json`` never gives.
  init?(json: JSONValue) {
    guard let level = json["priority"]?.integerValue, let taskClass = json["class"]?.stringValue else { return nil }
    self.init(goal: json["goal"]?.stringValue, plan: json["plan"])
    inputs = json["inputs"]?.objectValue ?? [:]
    title = json["title"]?.stringValue
    priority = TaskPriority(level: Int(level))
    self.taskClass = taskClass
    fairnessKey = json["key"]?.stringValue ?? ""
    weight = json["weight"]?.integerValue.flatMap { Int(exactly: $0) }
    budget = json["budget"].flatMap { try? Budget(json: $0, path: "budget") }
    retry = json["retry"]
    deadline = json["deadlineMs"]?.integerValue.map { .milliseconds($0) }
  }
}
