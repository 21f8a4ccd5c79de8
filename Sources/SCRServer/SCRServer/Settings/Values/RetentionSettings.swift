package import SCRRuntime

/// How long what has ended is kept, in milliseconds; 0 keeps it for ever.
package struct RetentionSettings: Sendable, Hashable {
  package var completedMs = 7 * day
  package var failedMs = 30 * day
  package var deadMs = 0
  package var cancelledMs = 7 * day
  package var maxEvents = 1_000_000

  private static let day = 86_400_000
  /// Ten years.
  private static let kind = SettingKind.integer(0...3650 * day)

  static let settings: [Setting<RetentionSettings>] = [
    Setting(
      "completedMs", \.completedMs, kind,
      "How long completed tasks are kept after their end; 0 keeps them for ever. Their idempotency keys go with them."),
    Setting("failedMs", \.failedMs, kind, "How long failed tasks are kept; 0 keeps them for ever."),
    Setting("deadMs", \.deadMs, kind, "How long dead letters are kept; 0 keeps them for ever."),
    Setting("cancelledMs", \.cancelledMs, kind, "How long cancelled tasks are kept; 0 keeps them for ever."),
    Setting(
      "maxEvents", \.maxEvents, .integer(0...1_000_000_000),
      "The newest events that are kept; 0 keeps those of all tasks that are kept."),
  ]

  package var retention: Retention {
    var tasks: [TaskState: Duration] = [:]
    for (state, age) in [
      (TaskState.completed, completedMs), (.failed, failedMs), (.dead, deadMs), (.cancelled, cancelledMs),
    ] where age > 0 { tasks[state] = .milliseconds(age) }
    return Retention(tasks: tasks, maxEvents: maxEvents > 0 ? maxEvents : nil)
  }
}
