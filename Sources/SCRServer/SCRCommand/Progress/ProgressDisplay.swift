import SCRRuntime

/// Shows a running task on stderr: a block that is drawn over itself on a terminal, lines elsewhere.
///
/// On the main actor, whose thread may block on a slow terminal without harm to the pool.
@MainActor final class ProgressDisplay {
  enum Style: Sendable, Hashable { case block, lines, silent }

  private let output: Output
  private let style: Style
  private let clock: any RuntimeClock
  private var progress: RunProgress
  private var drawn = 0
  private var tick = 0

  init(_ progress: RunProgress, style: Style, output: Output, clock: any RuntimeClock) {
    self.progress = progress
    self.style = style
    self.output = output
    self.clock = clock
  }

  /// Whether it shows what models say as they say it.
  var wantsDeltas: Bool { style == .block }

  func begin() {
    if style == .block { output.draw(ProgressFrame.hideCursor) }
    draw()
  }

  func apply(_ events: [RuntimeEvent]) {
    for event in events {
      let line = progress.apply(event)
      if style == .lines, let line { output.note(line) }
    }
    draw()
  }

  /// What models say is drawn with the next turn of the spinner.
  func apply(_ deltas: [EventDelta]) { for delta in deltas { progress.apply(delta) } }

  /// Turns the spinner until the task is cancelled.
  func animate() async {
    guard style == .block else { return }
    while (try? await clock.sleep(for: .milliseconds(100))) != nil {
      tick += 1
      draw()
    }
  }

  /// Leaves the last picture where it is.
  func end() {
    draw()
    if style == .block { output.draw(ProgressFrame.showCursor) }
  }

  private func draw() {
    guard style == .block else { return }
    let frame = ProgressFrame(progress, now: clock.now(), tick: tick, size: output.size())
    output.draw(frame.drawn(over: drawn))
    drawn = frame.lines.count
  }
}
