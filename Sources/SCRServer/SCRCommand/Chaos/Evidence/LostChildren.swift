import SCRProtocol
import SCRRuntime

/// A step that is a plan has one child task, which is the step's own; its result is the step's value; and it has ended when
/// its parent has.
enum LostChildren {
  static func check(_ evidence: Evidence) -> Finding {
    var finding = Finding()
    let files = Dictionary(evidence.files.map { ($0.task.name, $0) }) { first, _ in first }
    for file in evidence.files {
      for step in file.task.steps {
        guard let name = step.child?.name else { continue }
        let child = files[name]
        if evidence.isOwn(file), child != nil { finding.checked += 1 }
        guard let complaint = complaint(file, step, child) else { continue }
        finding.violations.append(
          file.violation(
            .children, in: evidence.round, step: step.id, complaint,
            evidence: [(file.step(step.id) ?? .null).jsonText]
              + (child.map { $0.events.suffix(8).map(\.text) + [String(($0.answer ?? .null).jsonText.prefix(1000))] }
                ?? [])
          ))
      }
    }
    return finding
  }

  private static func complaint(_ file: TaskFile, _ step: ChaosStep, _ child: TaskFile?) -> String? {
    guard file.answer != nil else { return nil }
    let waited = file.events(of: step.id).contains { $0.kind == .stepWaiting }
    guard let child else { return waited ? "it waited for a child task of which nobody ever heard" : nil }
    if !child.otherIDs.isEmpty { return "it has more than one child task: \(child.taskID), \(child.otherIDs[0])" }
    let parent = child.events.first { $0.kind == .taskSubmitted }?.data["parent"]
    if let parent, parent["taskId"]?.stringValue != file.taskID || parent["stepId"]?.stringValue != step.id {
      return "its child task belongs to another step: \(parent.jsonText)"
    }
    let hasEnded = child.state.flatMap { TaskState(rawValue: $0) }?.isFinal ?? true
    if file.end != nil, !hasEnded { return "it has ended, and its child task is \(child.state ?? "nowhere")" }
    guard file.hasCompleted(step) else { return nil }
    guard child.state == TaskState.completed.rawValue, file.value(of: step.id) == child.answer?["result"] else {
      return "its value is not the result of its child task, which is \(child.state ?? "nowhere")"
    }
    return nil
  }
}
