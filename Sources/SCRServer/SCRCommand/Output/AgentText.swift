package import SCRRuntime
import SCRProtocol

/// The agents of a runtime as a tree for people.
package enum AgentText {
  package static func text(_ picture: AgentPicture, isLive: Bool) -> String {
    let process = picture.processID.map { "process \($0)" } ?? "a process"
    let head =
      isLive
      ? "\(process), as it has been since \(picture.at)"
      : "\(process) is gone; this is what it last left, at \(picture.at)"
    var table = TextTable("AGENT", "STATE", "SINCE", "RESTARTS", "ABOUT")
    add(picture.tree, depth: 0, to: &table)
    return "\(head)\n\n\(table.text)"
  }

  private static func add(_ node: JSONValue, depth: Int, to table: inout TextTable) {
    let indent = String(repeating: "  ", count: depth)
    table.add(
      indent + (node["id"]?.stringValue ?? ""), state(of: node), node["startedAt"]?.stringValue ?? "",
      restarts(of: node), about(node))
    for child in node["children"]?.arrayValue ?? [] { add(child, depth: depth + 1, to: &table) }
    if let more = node["more"]?.integerValue { table.add("\(indent)  and \(more) more", "", "", "", "") }
  }

  private static func state(of node: JSONValue) -> String {
    let state = node["state"]?.stringValue ?? ""
    return node["cause"]?.stringValue.map { "\(state) (\($0))" } ?? state
  }

  private static func restarts(of node: JSONValue) -> String {
    node["kind"] == "supervisor" ? "" : "\(node["restarts"]?.integerValue ?? 0)"
  }

  /// Of a supervisor its strategy and how often it may still start somebody again; of the others what they do, and why
  /// they were last started again.
  private static func about(_ node: JSONValue) -> String {
    if node["kind"] == "supervisor" {
      let strategy = node["strategy"]?.stringValue ?? ""
      return "\(strategy), \(node["headroom"]?.integerValue.map { "\($0) restarts left" } ?? "any number of restarts")"
    }
    if let until = node["until"]?.stringValue { return "starts again at \(until): \(lastReason(node))" }
    let label = node["label"]?.stringValue ?? ""
    let last = lastReason(node)
    return last.isEmpty ? label : label.isEmpty ? "last: \(last)" : "\(label); last: \(last)"
  }

  private static func lastReason(_ node: JSONValue) -> String {
    TerminalText.fit(node["history"]?.arrayValue?.last?["reason"]?.stringValue ?? "", columns: 80)
  }
}
