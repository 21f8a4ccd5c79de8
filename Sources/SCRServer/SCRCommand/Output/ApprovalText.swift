import SCRProtocol
import SCRRuntime

/// What tasks ask, in words for people.
enum ApprovalText {
  static func list(_ waits: [Wait]) -> String {
    if waits.isEmpty { return "nothing waits for an answer" }
    var table = TextTable("APPROVAL", "KIND", "TASK", "ASKED", "QUESTION", "ANSWER")
    for wait in waits {
      table.add(
        wait.id, wait.kind.rawValue, wait.taskID.text, wait.requestedAt.description,
        TerminalText.fit(TerminalText.clean(wait.question ?? ""), columns: 60),
        TerminalText.clean(
          wait.answer.map { "\($0.decision ?? "value") by \($0.by)" } ?? wait.options.joined(separator: " | ")))
    }
    return table.text
  }
}
