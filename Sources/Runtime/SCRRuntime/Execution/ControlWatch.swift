/// Tells that a pause or a drain of the queue is over when its time has come, once, also where that was while no runtime
/// lived: the control and the event `queue.resumed` are one commit.
final class ControlWatch: Sendable {
  private let controls: QueueControls
  private let hub: EventHub
  private let clock: any RuntimeClock
  private let onChange: @Sendable () async throws -> Void
  private let bell = Bell()

  /// - Parameter onChange: called when controls are others.
  init(
    controls: QueueControls, hub: EventHub, clock: any RuntimeClock,
    onChange: @escaping @Sendable () async throws -> Void
  ) {
    self.controls = controls
    self.hub = hub
    self.clock = clock
    self.onChange = onChange
  }

  /// There may be a hold with an end.
  func look() { bell.ring() }

  /// Runs until cancelled.
  /// - Throws: `StoreError`, `RuntimeError`; its supervisor starts it again.
  func run(_ life: ChildContext? = nil) async throws {
    while !Task.isCancelled {
      life?.progress()
      let now = clock.now()
      let events = try await controls.endHolds(now: now)
      if !events.isEmpty {
        hub.publish(events)
        try await onChange()
      }
      let nearest = try await controls.current().nearestEnd
      life?.idle()
      try await bell.wait(until: nearest, looked: now, by: clock)
    }
  }
}
