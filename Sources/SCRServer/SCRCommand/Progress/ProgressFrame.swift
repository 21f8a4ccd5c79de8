package import SCRRuntime

/// One picture of a running task: lines that fit a terminal, and the movements that put them over the picture before.
package struct ProgressFrame: Sendable, Hashable {
  private static let spinner = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"]

  package let lines: [String]

  /// - Parameters:
  ///   - tick: turns the spinner.
  ///   - size: of the terminal; its last column stays free, since some terminals wrap there.
  package init(_ progress: RunProgress, now: Timestamp, tick: Int, size: TerminalSize) {
    let spinner = Self.spinner[tick % Self.spinner.count]
    var lines = [Self.headline(progress, now, spinner)]
    let shown = Self.shown(progress.steps, limit: max(1, size.rows - 4))
    let idWidth = min(shown.map { TerminalText.width($0.id) }.max() ?? 0, 24)
    let toolWidth = min(shown.map { TerminalText.width($0.tool) }.max() ?? 0, 36)
    for step in shown {
      lines.append(
        "  \(Self.mark(step.state, spinner)) \(Self.pad(step.id, idWidth))  \(Self.pad(step.tool, toolWidth))"
          + Self.tail(step, now))
    }
    if shown.count < progress.steps.count { lines.append(Self.rest(progress.steps, shown)) }
    self.lines = lines.map { line in
      var line = line
      while line.last == " " { line.removeLast() }
      return TerminalText.fit(line, columns: max(1, size.columns - 1))
    }
  }

  /// - Parameter previous: lines of the picture that stands above the cursor.
  package func drawn(over previous: Int) -> String {
    (previous > 0 ? "\u{1B}[\(previous)A\r" : "") + lines.map { $0 + "\u{1B}[K\n" }.joined() + "\u{1B}[J"
  }

  package static let hideCursor = "\u{1B}[?25l"
  package static let showCursor = "\u{1B}[?25h"

  private static func headline(_ progress: RunProgress, _ now: Timestamp, _ spinner: String) -> String {
    let time = progress.startedAt.map { "  " + DurationText.format((progress.endedAt ?? now).since($0)) } ?? ""
    let mark =
      switch progress.state {
      case .completed: "✓"
      case .failed, .dead, .cancelled: "✗"
      case .waiting: "?"
      case .scheduled, .queued, .running: spinner
      }
    return "\(mark) \(progress.title)\(progress.state == .running ? "" : "  \(progress.state.rawValue)")\(time)"
  }

  private static func mark(_ state: StepState, _ spinner: String) -> String {
    switch state {
    case .completed: "✓"
    case .failed: "✗"
    case .skipped, .cancelled: "-"
    case .running: spinner
    case .waiting: "?"
    case .pending, .ready: "·"
    }
  }

  private static func tail(_ step: RunProgress.StepLine, _ now: Timestamp) -> String {
    let time = step.startedAt.map { "  " + DurationText.format((step.endedAt ?? now).since($0)) } ?? ""
    let attempt = step.attempt > 1 ? "  attempt \(step.attempt)" : ""
    let speech = step.state == .running && !step.speech.isEmpty ? end(of: step.speech) : nil
    return time + attempt + ((step.note ?? speech).map { "  \($0)" } ?? "")
  }

  /// Of a text that is still being said the end is what is new.
  private static func end(of words: String) -> String {
    words.count <= speechWidth ? words : "…\(words.suffix(speechWidth - 1))"
  }

  private static let speechWidth = 100

  /// All steps if there are few, else those that move or failed.
  private static func shown(_ steps: [RunProgress.StepLine], limit: Int) -> [RunProgress.StepLine] {
    if steps.count <= limit { return steps }
    return Array(steps.filter { [.running, .waiting, .failed, .skipped].contains($0.state) }.prefix(limit))
  }

  private static func rest(_ steps: [RunProgress.StepLine], _ shown: [RunProgress.StepLine]) -> String {
    let completed = steps.count { $0.state == .completed }
    return "  … \(completed) completed, \(steps.count - shown.count - completed) more"
  }

  private static func pad(_ text: String, _ width: Int) -> String {
    let fitted = TerminalText.fit(text, columns: width)
    return fitted + String(repeating: " ", count: max(0, width - TerminalText.width(fitted)))
  }
}
