/// Limits of each connection that `scr serve` answers.
package struct ConnectionSettings: Sendable, Hashable {
  package var maxFrameBytes = 16 << 20
  package var maxInFlight = 1024
  package var maxConnections = 64
  package var stalledMs = 30_000
  package var drainMs = 400

  static let settings: [Setting<ConnectionSettings>] = [
    Setting(
      "maxFrameBytes", \.maxFrameBytes, .integer(4096...(1 << 30)), "The largest message that is accepted.",
      needsRestart: true),
    Setting(
      "maxInFlight", \.maxInFlight, .integer(1...65_536),
      "Requests that are worked on at the same time; as many again are read and wait for their turn.",
      needsRestart: true),
    Setting(
      "maxConnections", \.maxConnections, .integer(1...1024),
      "Clients that may be connected over the socket, beside the host; one more is told so and let go.",
      needsRestart: true),
    Setting(
      "stalledMs", \.stalledMs, .integer(100...3_600_000),
      "How long a client on the socket may leave unread what waits for it; then it is let go.",
      needsRestart: true),
    Setting(
      "drainMs", \.drainMs, .integer(0...600_000),
      "How long steps that run may take to end after SIGTERM; up to a second is added for everything else."),
  ]
}
