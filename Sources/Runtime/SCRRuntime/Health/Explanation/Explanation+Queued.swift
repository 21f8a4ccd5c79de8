import SCRProtocol

extension Explanation {
  static func queued(_ facts: TaskFacts) -> [Cause] {
    var reasons = host(facts) + controls(facts)
    if let held = held(facts, told: Set(reasons.map(\.kind))) { reasons.append(held) }
    let blocked = !reasons.isEmpty
    reasons.append(place(facts))
    if !blocked { reasons.append(turn(facts)) }
    return reasons
  }

  // MARK: Who could work on it

  private static func host(_ facts: TaskFacts) -> [Cause] {
    guard let host = facts.host else { return [] }
    let task = facts.task
    var reasons: [Cause] = []
    if !host.isThere {
      reasons.append(
        Cause(
          .noRuntime, "no scr works on this state directory now", since: task.updatedAt,
          hint: "scr serve goes on with what waits"))
    }
    if let here = host.workspaceRoot, let root = task.workspaceRoot, root != here {
      reasons.append(
        Cause(
          .otherFolder, "it belongs to the folder \(root); here is \(here)", since: task.createdAt,
          hint: "start scr in \(root)"))
    }
    if !task.serverNames.isEmpty, let now = host.serversDigest, let then = task.serversDigest, now != then {
      reasons.append(
        Cause(
          .serverChanged,
          "the definition of its tool servers (\(task.serverNames.joined(separator: ", "))) has changed "
            + "since its submission", since: task.createdAt,
          hint: "cancel it and submit it anew, or restore the definition"))
    }
    guard let servers = host.servers else { return reasons }
    for name in task.serverNames where servers[name]?.state != .ready {
      let state = servers[name].map { "is \($0.state.rawValue)" } ?? "is not configured"
      let why = servers[name]?.reason.map { ": \(ServerWatch.headline(of: $0))" } ?? ""
      reasons.append(
        Cause(
          .serverNotReady, "its tool server \(name) \(state)\(why)",
          hint: "scr mcp smoke --server \(name) shows what is wrong"))
    }
    return reasons
  }

  // MARK: What somebody said about the queue

  /// Documents `queue` and `class/NAME`: `{pause?, drain?, limits: {maxConcurrent?}}`; a pause without an end is `true`,
  /// one with an end its milliseconds since 1970.
  private static func controls(_ facts: TaskFacts) -> [Cause] {
    var reasons: [Cause] = []
    for document in facts.controls {
      let whose = document.id == "queue" ? "the queue" : "its class \(facts.task.taskClass)"
      let resume = "resume_queue" + (document.id == "queue" ? "" : " with class \(facts.task.taskClass)")
      for (member, kind, word) in [("pause", Cause.Kind.paused, "paused"), ("drain", .draining, "being drained")] {
        guard let value = document.body[member], let end = hold(value, facts.now) else { continue }
        let until = end.map { " until \($0)" } ?? " until somebody resumes it"
        reasons.append(
          Cause(
            kind, "\(whose) is \(word)\(until)", since: document.updatedAt, until: end, hint: "\(resume) ends it"))
      }
      if let limit = document.body["limits"]?["maxConcurrent"]?.integerValue, let running = facts.runningOfClass,
        running >= limit
      {
        reasons.append(
          Cause(
            .classLimit, "\(running) tasks of \(whose) run, which is its limit of \(limit)",
            hint: "set_queue_limits raises it"))
      }
    }
    return reasons
  }

  /// What holds its class beside what somebody said about it: the bounds that the configuration gives it.
  private static func held(_ facts: TaskFacts, told: Set<Cause.Kind>) -> Cause? {
    switch facts.place?.hold {
    case .rate(let until)?:
      return Cause(
        .rateLimit, "no more tasks of its class begin before \(until), by its limit of tasks a minute", until: until,
        hint: "set_queue_limits raises it")
    case .limit(let limit)? where !told.contains(.classLimit) && limit != facts.host?.maxConcurrentTasks:
      return Cause(
        .classLimit, "\(limit) tasks of its class run, which is its limit", hint: "set_queue_limits raises it")
    default: return nil
    }
  }

  /// - Returns: nil: it does not hold; otherwise when it ends, if it does by itself.
  private static func hold(_ value: JSONValue, _ now: Timestamp) -> Timestamp?? {
    if value == true { return .some(nil) }
    guard let end = value.integerValue.map({ Timestamp(milliseconds: $0) }), end > now else { return nil }
    return .some(end)
  }

  // MARK: Its turn

  private static func place(_ facts: TaskFacts) -> Cause {
    let task = facts.task
    let key = task.fairnessKey.isEmpty ? "" : " of the key \(task.fairnessKey)"
    let lane = "the class \(task.taskClass) at priority \(task.priority.name)\(key)"
    let place: String
    if let before = facts.before {
      let all = facts.laneCount.map { " of \(max($0, before + 1))" } ?? ""
      place = "it is number \(before + 1)\(all) in its lane, "
    } else {
      place = "it waits in "
    }
    let rank = facts.place.map { place in
      place.moreUrgent == 0
        ? "" : "; \(place.moreUrgent) of more urgent lanes come first, so it is about number \(place.rank) of all"
    }
    let since = facts.task.reason == nil && task.epoch == 0 ? task.createdAt : task.updatedAt
    return Cause(.lane, place + lane + (rank ?? ""), since: since)
  }

  private static func turn(_ facts: TaskFacts) -> Cause {
    guard let host = facts.host, let running = host.runningTasks, let most = host.maxConcurrentTasks else {
      return Cause(.turn, "nothing holds it but its turn")
    }
    if most == 0 { return Cause(.workerLimit, "this runtime takes no tasks", hint: "scr serve does") }
    guard running >= most else { return Cause(.turn, "nothing holds it: it begins at once") }
    return Cause(
      .workerLimit,
      "\(running) tasks run, which is the limit of \(most); those of more urgent or fairer lanes may come "
        + "first", hint: "runtime.maxConcurrentTasks raises it")
  }
}
