import SCRProtocol
import Synchronization

/// One `subscriptions/listen` while it is open.
final class Subscription: Sendable {
  static let idKey = "io.modelcontextprotocol/subscriptionId"

  private enum State {
    case opening
    case open
    case over(ListenEnd)
  }

  private struct Shared {
    var state = State.opening
    var waiters: [CheckedContinuation<Void, Never>] = []
  }

  private let shared = Mutex(Shared())
  private let onAcknowledged: @Sendable (SubscriptionFilter) -> Void
  private let onNotification: @Sendable (String, JSONValue) -> Void

  init(
    onAcknowledged: @escaping @Sendable (SubscriptionFilter) -> Void,
    onNotification: @escaping @Sendable (String, JSONValue) -> Void
  ) {
    self.onAcknowledged = onAcknowledged
    self.onNotification = onNotification
  }

  /// The acknowledgement has to be the first message of a subscription.
  func receive(_ method: String, _ params: JSONValue) {
    let isAcknowledgement = method == "notifications/subscriptions/acknowledged"
    let isFirst = shared.withLock { shared in
      guard case .opening = shared.state else { return false }
      shared.state = isAcknowledgement ? .open : .over(.notAcknowledged)
      return true
    }
    if isFirst, isAcknowledgement {
      onAcknowledged((try? SubscriptionFilter(params["notifications"])) ?? SubscriptionFilter())
    }
    if isFirst { wake() } else if !isAcknowledgement { onNotification(method, params) }
  }

  /// The server ends it without a result.
  func tear() {
    shared.withLock { if case .over = $0.state {} else { $0.state = .over(.torn) } }
    wake()
  }

  private func wake() {
    let waiters = shared.withLock { shared in
      defer { shared.waiters = [] }
      return shared.waiters
    }
    for waiter in waiters { waiter.resume() }
  }

  /// Waits until it is acknowledged, or over.
  func acknowledged() async { _ = await wait { if case .opening = $0 { nil } else { .graceful } } }

  /// Waits until the server ends it in another way than by its result; nil when the task is cancelled.
  func ended() async -> ListenEnd? { await wait { if case .over(let end) = $0 { end } else { nil } } }

  private func wait(_ look: (State) -> ListenEnd?) async -> ListenEnd? {
    while !Task.isCancelled {
      if let end = shared.withLock({ look($0.state) }) { return end }
      await withTaskCancellationHandler {
        await withCheckedContinuation { continuation in
          let mustWait = shared.withLock { shared in
            if Task.isCancelled || look(shared.state) != nil { return false }
            shared.waiters.append(continuation)
            return true
          }
          if !mustWait { continuation.resume() }
        }
      } onCancel: {
        wake()
      }
    }
    return nil
  }
}
