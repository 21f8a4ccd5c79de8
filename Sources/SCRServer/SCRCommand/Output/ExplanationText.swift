package import SCRRuntime

/// An explanation in words for people.
package enum ExplanationText {
  /// The task, then a line for each reason, with what can be done about it below.
  package static func text(_ explanation: Explanation) -> String { lines(explanation, "").joined(separator: "\n") }

  private static func lines(_ explanation: Explanation, _ indent: String) -> [String] {
    var lines = [
      "\(indent)\(explanation.taskID) \(explanation.state.rawValue): \(TerminalText.clean(explanation.title))"
    ]
    for reason in explanation.reasons {
      var times: [String] = []
      if let since = reason.since { times.append("since \(since)") }
      if let until = reason.until { times.append("until \(until)") }
      let when = times.isEmpty ? "" : " (\(times.joined(separator: ", ")))"
      lines.append("\(indent)  \(reason.kind.rawValue): \(TerminalText.clean(reason.message))\(when)")
      if let hint = reason.hint { lines.append("\(indent)    hint: \(TerminalText.clean(hint))") }
    }
    return lines + explanation.children.flatMap { Self.lines($0, indent + "  ") }
  }
}
