import SCRProtocol

extension TaskSchedule {
  func document(now: Timestamp) -> StoreDocument {
    StoreDocument(
      .schedule, id: name, isOpen: nextAt != nil && problem == nil, dueAt: problem == nil ? nextAt : nil, body: body,
      now: now)
  }

  private var body: JSONValue {
    var fields: JSONObject = [
      "zone": .string(zone), "missed": missed.json, "overlap": .string(overlap.rawValue), "task": template.json,
      "workspaceRoot": .string(workspaceRoot), "isPaused": .bool(isPaused), "state": state.json,
      "runs": JSONValue(runs), "skipped": JSONValue(skipped),
    ]
    switch timing {
    case .cron(let text): fields["cron"] = .string(text)
    case .every(let interval, let anchor):
      fields["everyMs"] = .integer(interval.milliseconds)
      fields["anchor"] = .integer(anchor.milliseconds)
    }
    fields["lastAt"] = lastAt.map { .integer($0.milliseconds) }
    fields["lastTaskId"] = lastTaskID.map { .string($0.text) }
    fields["problem"] = problem.map { .string($0) }
    return .object(fields)
  }

  /// Nil for what no schedule was written as.
  package init?(_ document: StoreDocument) {
    let body = document.body
    guard let timing = Self.timing(body), let zone = body["zone"]?.stringValue,
      let missed = body["missed"].flatMap({ try? MissedRuns(json: $0, path: "missed") }),
      let overlap = body["overlap"]?.stringValue.flatMap(Overlap.init),
      let template = body["task"].flatMap(ScheduleTemplate.init), let root = body["workspaceRoot"]?.stringValue,
      let state = body["state"].flatMap(ScheduleState.init)
    else { return nil }
    self.init(
      name: document.id, timing: timing, template: template, workspaceRoot: root, created: document.createdAt)
    self.zone = zone
    self.missed = missed
    self.overlap = overlap
    self.state = state
    isPaused = body["isPaused"]?.boolValue ?? false
    nextAt = document.dueAt
    lastAt = body["lastAt"]?.integerValue.map { Timestamp(milliseconds: $0) }
    lastTaskID = body["lastTaskId"]?.stringValue.map { TaskID($0) }
    runs = body["runs"]?.integerValue.map { Int($0) } ?? 0
    skipped = body["skipped"]?.integerValue.map { Int($0) } ?? 0
    problem = body["problem"]?.stringValue
  }

  private static func timing(_ body: JSONValue) -> Timing? {
    if let text = body["cron"]?.stringValue { return .cron(text) }
    guard let every = body["everyMs"]?.integerValue, let anchor = body["anchor"]?.integerValue else { return nil }
    return .every(.milliseconds(every), anchor: Timestamp(milliseconds: anchor))
  }
}
