import SCRProtocol
package import SCRRuntime

package struct QueueSettings: Sendable, Hashable {
  package var maxSize = 10_000
  package var maxBytes = 1 << 30
  package var ageingMs = 60_000
  package var maximumWaitMs = 600_000
  package var classes: [String: QueueLimits] = [:]

  static let settings: [Setting<QueueSettings>] =
    [
      Setting(
        "maxSize", \.maxSize, .integer(1...10_000_000),
        "Tasks that may wait for their turn, running ones not counted; further submits are answered with `queue_full`."),
      Setting(
        "maxBytes", \.maxBytes, .integer(1 << 20...1 << 40),
        "Bytes of the plans and inputs that may wait; further submits are answered with `queue_full`."),
      Setting(
        "ageingMs", \.ageingMs, .duration,
        "The first task of each class, priority and key rises by one level of priority each time it has waited this long."
      ),
      Setting(
        "maximumWaitMs", \.maximumWaitMs, .duration,
        "A task that has waited this long is served with every second turn, the oldest first."),
    ] + Setting.records("classes", \.classes, empty: { QueueLimits() }, limits)

  private static let limits: [Setting<QueueLimits>] = [
    Setting(
      "maxConcurrent", \.maxConcurrent, .integer(1...1024), "Tasks of the class that run at the same time.", example: 4),
    Setting(
      "ratePerMinute", \.ratePerMinute, .integer(1...60_000_000),
      "Tasks of the class that begin in a minute, on the average.", example: 600),
    Setting(
      "burst", \.burst, .integer(1...1_000_000), "Tasks of the class that may begin at once after a pause.",
      computedDefault: "what a second brings, at least 1", example: 20),
    Setting(
      "maxQueued", \.maxQueued, .integer(1...10_000_000), "Tasks of the class that may wait for their turn.",
      example: 1000),
    Setting(
      "maxBytes", \.maxBytes, .integer(1...1 << 40), "Bytes of the tasks of the class that may wait.",
      example: 1_048_576),
  ]
}
