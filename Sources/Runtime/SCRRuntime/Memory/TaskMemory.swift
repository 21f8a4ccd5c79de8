import SCRProtocol

/// What is remembered of a task that has ended, and of what it found.
enum TaskMemory {
  /// Characters of a result that the text shows; the whole is the value, as far as that fits.
  private static let resultText = 4000

  /// One record: the result, or how the task ended where it has none. Its key is the task's id, so that it is there once
  /// however often it is written.
  static func write(_ task: AgentTask, _ rules: MemoryRules, now: Timestamp) -> MemoryWrite {
    var value: JSONObject = ["title": .string(task.title), "state": .string(task.state.rawValue)]
    value["goal"] = task.goal.map { .string($0) }
    value["reason"] = task.reason?.json
    value["endedAt"] = task.endedAt.map { .string($0.description) }
    if let result = task.result {
      value["result"] = result
      if JSONValue.object(value).encoded.count > MemoryLimits.valueBytes {
        value["result"] = nil
        value["resultLeftOut"] = true
      }
    }
    if JSONValue.object(value).encoded.count > MemoryLimits.valueBytes {
      value = ["state": .string(task.state.rawValue)]
    }
    var parts = [task.title, task.goal ?? "", task.reason?.message ?? ""]
    if let result = task.result { parts.append(text(of: result)) }
    let content = MemoryContent(
      text: storable(parts.filter { !$0.isEmpty }.joined(separator: "\n")), value: .object(value),
      tags: [task.state.rawValue],
      provenance: MemoryProvenance(taskID: task.id, agent: "memory", isUntrusted: isUntrusted(task)),
      expiresAt: rules.taskLife.map { (task.endedAt ?? now) + $0 })
    let kind: MemoryKind = task.result == nil ? .task : .result
    return .put(MemoryAddress(kind, task.id.text, in: MemoryAddress.taskNamespace), content)
  }

  static func write(_ finding: Finding, of root: AgentTask, _ rules: MemoryRules) -> MemoryWrite {
    let content = MemoryContent(
      text: storable(text(of: finding.value)), value: finding.value,
      provenance: MemoryProvenance(
        taskID: finding.taskID, stepID: finding.stepID.map(storable), agent: finding.source.map(storable),
        isUntrusted: isUntrusted(root)),
      expiresAt: rules.taskLife.map { finding.at + $0 })
    let address = MemoryAddress(.finding, "\(root.id)/\(finding.number)", in: MemoryAddress.taskNamespace)
    return .put(address, content)
  }

  /// What tool servers give is nobody's word here; native tools are ours.
  private static func isUntrusted(_ task: AgentTask) -> Bool {
    !task.serverNames.isEmpty || task.provenance?["servers"]?.arrayValue?.isEmpty == false
  }

  private static func text(of value: JSONValue) -> String {
    let text = value.stringValue ?? value["text"]?.stringValue ?? value.jsonText
    return String(text.prefix(resultText))
  }

  /// Without U+0000, and within the limit.
  private static func storable(_ text: String) -> String {
    let clean = text.utf8.contains(0) ? String(text.filter { $0 != "\0" }) : text
    guard clean.utf8.count > MemoryLimits.textBytes else { return clean }
    return String(decoding: clean.utf8.prefix(MemoryLimits.textBytes - 4), as: UTF8.self)
  }
}
