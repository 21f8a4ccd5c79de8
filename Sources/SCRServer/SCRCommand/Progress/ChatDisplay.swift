import SCRProtocol
import SCRRuntime
import SCRServer

/// Shows a chat: its text on stdout as it comes, everything else on stderr.
///
/// On the main actor, whose thread may block on a slow reader without harm to the pool; the model is read no faster.
@MainActor final class ChatDisplay {
  private let format: ChatRun.Format
  private let output: Output
  private var part: Int64 = 0
  private var isInLine = false

  nonisolated init(_ format: ChatRun.Format, _ output: Output) {
    self.format = format
    self.output = output
  }

  func show(_ event: EventDraft, at now: Timestamp) {
    part += 1
    switch format {
    case .json: break
    case .events:
      let piece = EventDelta(after: 0, part: part, at: now, kind: event.kind, data: event.data)
      output.result(.object(EventProjection.fields(piece)))
    case .text: show(event)
    }
  }

  private func show(_ event: EventDraft) {
    switch event.kind {
    case .modelDelta:
      guard let text = event.data["text"]?.stringValue, !text.isEmpty else { return }
      output.piece(text)
      isInLine = !text.hasSuffix("\n")
    case .toolCalled:
      endLine()
      let tool = event.data["tool"]?.stringValue ?? ""
      if output.isTerminal { output.note("calls \(TerminalText.clean(tool))") }
    default: break
    }
  }

  private func endLine() {
    if isInLine { output.piece("\n") }
    isInLine = false
  }

  /// The answer is there.
  func end(_ answer: ChatAnswer) -> CommandExit {
    switch format {
    case .json: output.result(.object(answer.json))
    case .events: output.result(["kind": "answer", "answer": .object(answer.json)])
    case .text:
      endLine()
      if answer.report.isScripted { output.note("scripted: the model's answers were written beforehand") }
      if answer.report.isDegraded { output.note("degraded: a stand-in answered for a model that failed") }
      if output.isTerminal { output.note(Self.summary(answer)) }
    }
    switch answer.response.finish {
    case .refusal, .contentFilter:
      if format == .text { output.note("the model declined") }
      return .failed
    case .length:
      if format == .text { output.note("the answer broke off at the limit of its length") }
      return .success
    default: return .success
    }
  }

  func interrupted() { if format == .text { endLine() } }

  /// `local/llama3.1: 12 tokens in, 40 out, $0.0001, 2 turns`.
  static func summary(_ answer: ChatAnswer) -> String {
    let usage = answer.report.usage
    var text = TerminalText.clean(answer.report.models.joined(separator: ", "))
    text += ": \(usage.inputTokens) tokens in, \(usage.outputTokens) out"
    if usage.costMicros != nil { text += ", \(ModelUsageText.cost(usage))" }
    if answer.report.turns > 1 { text += ", \(answer.report.turns) turns" }
    return text
  }
}
