package import SCRProtocol
package import SCRRuntime

/// Tasks in words for people.
package enum TaskText {
  /// How a task's end is told by an exit code.
  package static func exit(_ task: AgentTask, signal: Int32? = nil) -> CommandExit {
    switch task.state {
    case .completed: .success
    case .cancelled: signal.map { .signal($0) } ?? .cancelled
    case .failed, .dead: task.reason?.kind == ErrorKind.timeout.name ? .timedOut : .failed
    case .scheduled, .queued, .running, .waiting: .failed
    }
  }

  /// A result for stdout: text as it is, anything else as JSON; nil for none.
  package static func result(_ value: JSONValue?) -> String? {
    guard let value, !value.isNull else { return nil }
    return value.stringValue ?? value.jsonText
  }

  /// `task_… completed in 1.2 s: 4 calls (calculator, filesystem)`; for other ends the reason and what to do follow.
  package static func summary(_ snapshot: TaskSnapshot) -> String {
    let task = snapshot.task
    let time = task.endedAt.map { " in \(DurationText.format($0.since(task.createdAt)))" } ?? ""
    let byAgents = calls(ofAgents: task)
    let calls =
      snapshot.steps.reduce(0) { $0 + ($1.intent == nil ? 0 : $1.attempt) } + byAgents.values.reduce(0, +)
    let tools = Set(snapshot.steps.compactMap { $0.intent.map { $0.tool.server ?? $0.tool.tool } })
      .union(
        byAgents.keys.map { name in
          let name = ToolName(qualified: name)
          return name.server ?? name.tool
        }
      ).sorted()
    var text = "\(task.id) \(task.state.rawValue)\(time): \(calls) \(calls == 1 ? "call" : "calls")"
    if !tools.isEmpty { text += " (\(tools.joined(separator: ", ")))" }
    if let words = models(task) { text += "\n\(words)" }
    if let words = review(task) { text += "\n\(words)" }
    if let reason = task.reason {
      text += "\n\(reason.kind): \(TerminalText.clean(reason.message))"
      if let hint = reason.hint { text += "\n  hint: \(TerminalText.clean(hint))" }
    }
    return text
  }

  private static func agents(_ task: AgentTask) -> [JSONValue] { task.provenance?["agents"]?.arrayValue ?? [] }

  private static func calls(ofAgents task: AgentTask) -> [String: Int] {
    agents(task).reduce(into: [:]) { calls, agent in
      for call in agent["calls"]?.objectValue ?? [:] {
        calls[call.key, default: 0] += Int(clamping: call.value.integerValue ?? 0)
      }
    }
  }

  /// `6 turns of local/llama3.1, 1234 tokens`; nil where no model had a part in it.
  private static func models(_ task: AgentTask) -> String? {
    let agents = agents(task)
    guard !agents.isEmpty else { return nil }
    let turns = agents.reduce(0) { $0 + ($1["turns"]?.integerValue ?? 0) }
    let names = Set(agents.flatMap { ($0["models"]?.arrayValue ?? []).compactMap(\.stringValue) }).sorted()
    let tokens = task.usage.flatMap { Usage(json: $0) }?.tokens ?? 0
    var text = "\(turns) \(turns == 1 ? "turn" : "turns") of \(TerminalText.clean(names.joined(separator: ", ")))"
    if tokens > 0 { text += ", \(tokens) tokens" }
    if task.provenance?["scripted"] == true { text += "\nscripted: the model's answers were written beforehand" }
    if task.provenance?["degraded"] == true { text += "\ndegraded: a stand-in answered for a model that failed" }
    return text
  }

  /// `the critic: pass (goal met 9, complete 8)`.
  private static func review(_ task: AgentTask) -> String? {
    guard let review = task.provenance?["review"].flatMap({ Review(json: $0) }) else { return nil }
    let scores = review.criteria.map { "\(TerminalText.clean($0.name)) \(JSONValue($0.score).jsonText)" }
    return "the critic: \(review.verdict.rawValue)\(scores.isEmpty ? "" : " (\(scores.joined(separator: ", ")))")"
  }

  package static func list(_ tasks: [AgentTask]) -> String {
    if tasks.isEmpty { return "no tasks" }
    var table = TextTable("TASK", "STATE", "CREATED", "TITLE")
    for task in tasks {
      table.add(
        task.id.text, task.state.rawValue, task.createdAt.description,
        TerminalText.fit(TerminalText.clean(task.title), columns: 60))
    }
    return table.text
  }

  /// Everything about one task: its head, its steps, its result.
  package static func details(_ snapshot: TaskSnapshot) -> String {
    let task = snapshot.task
    var lines = ["\(TerminalText.clean(task.title))", "  task     \(task.id)", "  state    \(task.state.rawValue)"]
    if let reason = task.reason { lines.append("  reason   \(reason.kind): \(TerminalText.clean(reason.message))") }
    lines.append("  created  \(task.createdAt)")
    if let ended = task.endedAt {
      lines.append("  ended    \(ended) (\(DurationText.format(ended.since(task.createdAt))))")
    }
    if task.state == .scheduled, let runAt = task.runAt { lines.append("  begins   \(runAt)") }
    if let schedule = task.schedule { lines.append("  schedule \(TerminalText.clean(schedule))") }
    if let old = task.retryOf { lines.append("  retry of \(old)") }
    if let new = task.retriedAs { lines.append("  retried  as \(new)") }
    if let root = task.workspaceRoot { lines.append("  folder   \(TerminalText.clean(root))") }
    if !snapshot.steps.isEmpty { lines += ["", steps(snapshot.steps)] }
    if let result = result(task.result) { lines += ["", result] }
    return lines.joined(separator: "\n")
  }

  private static func steps(_ steps: [StepRecord]) -> String {
    var table = TextTable("STEP", "STATE", "ATTEMPTS", "TIME", "TOOL", "REASON")
    for step in steps {
      let time = step.startedAt.flatMap { start in step.endedAt.map { DurationText.format($0.since(start)) } }
      table.add(
        step.stepID, step.state.rawValue, "\(step.attempt)", time ?? "",
        step.intent?.tool.qualified ?? step.value?["agent"]?["kind"]?.stringValue ?? "",
        TerminalText.fit(TerminalText.clean(step.reason?.message ?? ""), columns: 80))
    }
    return table.text
  }

  /// One line of `scr tasks logs`.
  package static func line(_ event: RuntimeEvent) -> String {
    let step = event.stepID.map { " [\(TerminalText.clean($0))]" } ?? ""
    let data = event.data.objectValue.map { $0.isEmpty ? "" : " \(TerminalText.clean(event.data.jsonText))" } ?? ""
    return "\(event.at) \(event.kind)\(step)\(data)"
  }
}
