import SCRProtocol
import SCRRuntime

/// The queue in words for people.
enum QueueText {
  static func stats(_ status: QueueStatus, now: Timestamp) -> String {
    var table = TextTable("CLASS", "QUEUED", "BYTES", "OLDEST", "STATE")
    for (name, part) in status.classes.sorted(by: { $0.key < $1.key }) { add(name, part, to: &table, now: now) }
    add("all", status.whole, to: &table, now: now)
    var lines = [table.text]
    for (name, part) in status.classes.sorted(by: { $0.key < $1.key }) where part.limits != QueueLimits() {
      lines.append(limits(part.limits.json, of: name))
    }
    if !status.weights.isEmpty {
      let weights = status.weights.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: " ")
      lines.append("weights: " + TerminalText.clean(weights))
    }
    if status.isCut { lines.append("more than \(QueueStatus.limit) classes or weights: the rest is left out") }
    return lines.joined(separator: "\n")
  }

  /// - Parameter limits: as ``QueueLimits/json``.
  static func limits(_ limits: JSONValue, of name: String) -> String {
    let set = limits.objectValue.map { $0.map { "\($0.key) \($0.value.jsonText)" } } ?? []
    return "\(TerminalText.clean(name)): " + (set.isEmpty ? "no limits" : set.joined(separator: ", "))
  }

  private static func add(_ name: String, _ part: QueueStatus.Part, to table: inout TextTable, now: Timestamp) {
    let age = part.oldest.map { "\(max(0, now.since($0).milliseconds) / 1000) s" } ?? "-"
    table.add(name, "\(part.queued)", "\(part.bytes)", age, state(part.control, now: now))
  }

  private static func state(_ control: QueueControl, now: Timestamp) -> String {
    if let drain = control.drain, drain.holds(at: now) { return "draining" + until(drain) }
    if let pause = control.pause, pause.holds(at: now) { return "paused" + until(pause) }
    return "open"
  }

  private static func until(_ pause: ClassGate.Pause) -> String { pause.end.map { " until \($0)" } ?? "" }
}
