import SCRRuntime

/// Calls back when something has happened, until it is released. What happens while it is called comes together in the
/// next call.
final class EventObservation: Sendable {
  private let subscription: EventSubscription

  init(
    _ subscription: EventSubscription, where isWanted: @escaping @Sendable (RuntimeEvent) -> Bool = { _ in true },
    _ onChange: @escaping @Sendable () async -> Void
  ) {
    self.subscription = subscription
    // Nobody awaits it: it ends with its subscription, which ends with this object.
    Task {
      while let delivery = await subscription.next() {
        if case .events(let events) = delivery, !events.contains(where: isWanted) { continue }
        await onChange()
      }
    }
  }

  deinit { subscription.end() }
}

/// Several observations, released together.
final class Observations: Sendable {
  private let all: [any AnyObject & Sendable]
  init(_ all: [any AnyObject & Sendable]) { self.all = all }
}
