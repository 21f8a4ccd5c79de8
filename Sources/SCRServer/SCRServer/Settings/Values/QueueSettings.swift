package struct QueueSettings: Sendable, Hashable {
  package var maxSize = 10_000

  static let settings: [Setting<QueueSettings>] = [
    Setting(
      "maxSize", \.maxSize, .integer(1...10_000_000),
      "Tasks that may wait for their turn, running ones not counted; further submits are answered with `queue_full`.")
  ]
}
