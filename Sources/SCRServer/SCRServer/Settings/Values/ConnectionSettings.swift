/// Limits of each connection that `scr serve` answers.
package struct ConnectionSettings: Sendable, Hashable {
  package var maxFrameBytes = 16 << 20
  package var maxInFlight = 1024

  static let settings: [Setting<ConnectionSettings>] = [
    Setting("maxFrameBytes", \.maxFrameBytes, .integer(4096...(1 << 30)), "The largest message that is accepted."),
    Setting(
      "maxInFlight", \.maxInFlight, .integer(1...65_536),
      "Requests that are worked on at the same time; as many again are read and wait for their turn."),
  ]
}
