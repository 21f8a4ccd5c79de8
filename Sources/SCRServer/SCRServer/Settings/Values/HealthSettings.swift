package struct HealthSettings: Sendable, Hashable {
  package var checkMs = 5000
  package var agentStuckMs = 60_000
  package var callMarginMs = 10_000
  package var minFreeDiskBytes = 100 << 20

  static let settings: [Setting<HealthSettings>] = [
    Setting("checkMs", \.checkMs, .duration, "From one look at the agents to the next."),
    Setting(
      "agentStuckMs", \.agentStuckMs, .duration,
      "An agent that is at work and does not get on for longer is stuck, and another takes its place."),
    Setting(
      "callMarginMs", \.callMarginMs, .duration,
      "What a call that ignores its end may take beyond its time before its attempt is given up."),
    Setting(
      "minFreeDiskBytes", \.minFreeDiskBytes, .integer(0...(1 << 50)),
      "With less room beside the state directory `health` says that it is degraded."),
  ]
}
