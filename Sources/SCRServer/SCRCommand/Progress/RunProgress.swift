package import SCRProtocol
package import SCRRuntime

/// What is known of a running task, gathered from its events. Pure: it neither draws nor knows the time.
package struct RunProgress: Sendable, Hashable {
  package struct StepLine: Sendable, Hashable {
    package var id: String
    package var tool: String
    package var state: StepState = .pending
    package var attempt = 0
    /// When the first attempt began.
    package var startedAt: Timestamp?
    package var endedAt: Timestamp?
    /// Why it failed, was skipped or is tried again.
    package var note: String?
    /// The end of what its agent's model says.
    package var speech = ""
  }

  package private(set) var title: String
  package private(set) var state: TaskState = .queued
  package private(set) var startedAt: Timestamp?
  package private(set) var endedAt: Timestamp?
  /// In the plan's order; steps that the plan did not name follow in the order of their first event.
  package private(set) var steps: [StepLine]

  /// - Parameter plan: a plan document; nil while a planner is still to make it.
  package init(title: String, plan: JSONValue?) {
    self.title = TerminalText.clean(title)
    steps = (plan?["steps"]?.arrayValue ?? []).compactMap { step in
      guard let id = step["id"]?.stringValue else { return nil }
      let work = step["tool"]?.stringValue ?? step["agent"]?.stringValue ?? ""
      return StepLine(id: TerminalText.clean(id), tool: TerminalText.clean(work))
    }
  }

  /// Takes an event.
  /// - Returns: what a log of lines says about it; nil for what is of no interest there.
  package mutating func apply(_ event: RuntimeEvent) -> String? {
    if let id = event.stepID { return step(TerminalText.clean(id), event) }
    switch event.kind {
    case .taskStarted:
      state = .running
      startedAt = startedAt ?? event.at
    case .taskWaiting:
      state = .waiting
      return "task waits\(Self.reason(event).map { ": \($0)" } ?? "")"
    // How it ended is told with its result.
    case .taskCompleted: end(.completed, event)
    case .taskFailed: end(.failed, event)
    case .taskCancelled: end(.cancelled, event)
    case .taskDead: end(.dead, event)
    default: break
    }
    return nil
  }

  /// Takes a piece of what a model says.
  package mutating func apply(_ delta: EventDelta) {
    guard delta.kind == .modelDelta, let id = delta.stepID, let text = delta.data["text"]?.stringValue else { return }
    let place = place(of: TerminalText.clean(id))
    steps[place].speech = String((steps[place].speech + TerminalText.clean(text)).suffix(Self.speechLength))
  }

  private static let speechLength = 400

  private mutating func end(_ state: TaskState, _ event: RuntimeEvent) {
    self.state = state
    endedAt = event.at
    // There is no event for a step that its task's end cut short.
    for place in steps.indices where !steps[place].state.isFinal && steps[place].startedAt != nil {
      steps[place].state = .cancelled
      steps[place].endedAt = event.at
    }
  }

  private mutating func step(_ id: String, _ event: RuntimeEvent) -> String? {
    let place = place(of: id)
    let agent = event.data["agent"]?.stringValue.map(TerminalText.clean)
    if let agent { steps[place].tool = agent }
    if agent == nil, let tool = event.data["tool"]?.stringValue { steps[place].tool = TerminalText.clean(tool) }
    switch event.kind {
    case .toolCalled:
      guard agent != nil, let tool = event.data["tool"]?.stringValue else { return nil }
      steps[place].speech = TerminalText.clean("calls \(tool)")
      return "[\(id)] calls \(TerminalText.clean(tool))"
    case .modelStarted:
      steps[place].speech = ""
      return nil
    case .planRevised:
      return added(event.data["added"]?.arrayValue ?? []).map { "[\(id)] the plan goes on with \($0)" }
    case .stepStarted:
      steps[place].state = .running
      steps[place].attempt = event.data["attempt"]?.integerValue.map(Int.init) ?? steps[place].attempt + 1
      steps[place].startedAt = steps[place].startedAt ?? event.at
      return steps[place].attempt > 1 ? "[\(id)] attempt \(steps[place].attempt)" : "[\(id)] \(steps[place].tool)"
    case .stepCompleted:
      end(place, .completed, event, note: nil)
      let attempts = steps[place].attempt > 1 ? " on attempt \(steps[place].attempt)" : ""
      return "[\(id)] completed in \(time(place, event))\(attempts)"
    case .stepFailed:
      end(place, .failed, event, note: Self.reason(event))
      return "[\(id)] failed after \(time(place, event)): \(steps[place].note ?? "no reason was given")"
    case .stepRetrying:
      steps[place].note = Self.reason(event)
      let pause = event.data["afterMs"]?.integerValue.map { " in \(DurationText.format(.milliseconds($0)))" } ?? ""
      return "[\(id)] tries again\(pause): \(steps[place].note ?? "no reason was given")"
    case .stepSkipped:
      end(place, .skipped, event, note: Self.reason(event))
      return "[\(id)] skipped: \(steps[place].note ?? "a step it needs did not complete")"
    default: return nil
    }
  }

  /// Steps that a planner or a critic has added.
  private mutating func added(_ added: [JSONValue]) -> String? {
    let ids = added.compactMap { step -> String? in
      guard let id = step["id"]?.stringValue.map(TerminalText.clean) else { return nil }
      let place = place(of: id)
      steps[place].tool = TerminalText.clean(step["work"]?.stringValue ?? "")
      return id
    }
    return ids.isEmpty ? nil : ids.joined(separator: ", ")
  }

  private mutating func end(_ place: Int, _ state: StepState, _ event: RuntimeEvent, note: String?) {
    steps[place].state = state
    steps[place].endedAt = event.at
    steps[place].note = note
    steps[place].speech = ""
  }

  private mutating func place(of id: String) -> Int {
    if let place = steps.firstIndex(where: { $0.id == id }) { return place }
    steps.append(StepLine(id: id, tool: ""))
    return steps.count - 1
  }

  private func time(_ place: Int, _ event: RuntimeEvent) -> String {
    DurationText.format(steps[place].startedAt.map { event.at.since($0) } ?? .zero)
  }

  private static func reason(_ event: RuntimeEvent) -> String? {
    (event.data["reason"]?["message"]?.stringValue ?? event.data["message"]?.stringValue).map(TerminalText.clean)
  }
}
