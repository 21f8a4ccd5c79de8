import SCRProtocol

// A task that goes round in circles.
//
// The plan that a client submitted is finite, and a step's own retries, or the task's, are wanted. So calls count from the
// moment that a plan is revised under way: only then can a task go on for ever.
extension TaskRun {
  /// A step has come to its end, for good.
  mutating func ended(_ stepID: String) {
    guard loops != nil, let record = journal[stepID], let intent = record.intent else { return }
    note(
      LoopCall(
        tool: intent.tool.qualified, arguments: intent.arguments, result: record.value ?? record.reason?.told ?? .null,
        isError: record.state != .completed), stepID)
  }

  /// The same for one whose child task has ended.
  mutating func ended(_ stepID: String, _ child: AgentTask) {
    guard loops != nil, execution.states[stepID]?.isFinal == true else { return }
    note(
      LoopCall(
        tool: "plan \(child.title)", arguments: ["plan": child.plan ?? .null, "inputs": .object(child.inputs)],
        result: child.result ?? child.reason?.told ?? .null, isError: child.state != .completed), stepID)
  }

  private mutating func note(_ call: LoopCall, _ stepID: String) {
    guard let verdict = loops?.note(call) else { return keepLoops() }
    keepLoops()
    if loop == nil { journal.tell(.taskLooping, stepID: stepID, data: verdict.json) }
    looped(verdict)
  }

  /// With the next batch, so that what is counted survives as the outcomes do.
  mutating func keepLoops() {
    changes.removeAll { if case .putDocument(let document) = $0 { document.kind == .loop } else { false } }
    if let loops { changes.append(.putDocument(Self.document(loops, of: task.id, now: task.updatedAt))) }
  }

  /// The task goes round in circles: nothing begins any more until somebody has looked.
  package mutating func looped(_ verdict: LoopVerdict) { loop = verdict }

  /// Somebody has looked.
  mutating func goesOn() {
    loop = nil
    loops?.allow()
    keepLoops()
  }

  /// Nobody is there who could be asked.
  var endsByLoop: Bool { loop != nil && task.unknownOutcomeDefault == .fail }

  static func loopReason(_ verdict: LoopVerdict) -> TaskReason {
    TaskReason(
      kind: TaskReason.loop, message: "it goes round in circles: \(verdict)",
      hint: "look at what the tools answered, and submit a plan that does something else with it")
  }

  /// What a task's calls are counted in.
  static func document(_ loops: LoopDetector, of id: TaskID, now: Timestamp) -> StoreDocument {
    StoreDocument(.loop, id: id.text, taskID: id, isOpen: false, body: loops.json, now: now)
  }
}

extension TaskReason {
  /// What makes two failures the same.
  fileprivate var told: JSONValue { ["kind": .string(kind), "message": .string(message)] }
}
