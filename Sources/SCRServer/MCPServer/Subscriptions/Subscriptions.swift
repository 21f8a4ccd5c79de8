import SCRConnection
import SCRProtocol
import Synchronization

/// The `subscriptions/listen` requests of one connection.
final class Subscriptions: Sendable {
  private struct State {
    var open: [RequestID: Subscription] = [:]
    /// Those that we ended: their clients are told once the result has left.
    var ended: Set<RequestID> = []
    var hasEnded = false
  }

  private let state = Mutex(State())
  private let limits: ServerLimits

  init(_ limits: ServerLimits) { self.limits = limits }

  func listen(_ request: AdmittedRequest, _ offer: ServerOffer, _ client: ClientSession.Client) -> Disposition {
    var filter: SubscriptionFilter
    do throws(RPCError) {
      filter = try SubscriptionFilter(request.params?.member("notifications").map { (try? $0.value()) ?? .null })
    } catch { return .error(error) }
    if !filter.taskIDs.isEmpty, !client.capabilities.takesTasks { return .error(MCPServerHandler.needsTasks) }
    filter.resourceSubscriptions = Array(filter.resourceSubscriptions.prefix(limits.subscribedItems))
    filter.taskIDs = Array(filter.taskIDs.prefix(limits.subscribedItems))
    return .later(.finishWait) { [self, filter] in
      let subscription = Subscription(request.id, request.connection)
      try add(subscription)
      defer { remove(subscription) }
      try await subscription.run(filter, offer)
      state.withLock { _ = $0.ended.insert(request.id) }
      return JSONSlice(["resultType": "complete", "_meta": subscription.meta])
    }
  }

  private func add(_ subscription: Subscription) throws(RPCError) {
    let isOver = try state.withLock { state throws(RPCError) in
      if state.open.count >= limits.subscriptions {
        throw RPCError(
          .rateLimited, "\(limits.subscriptions) subscriptions of this connection are open already",
          hint: "cancel some, or listen to more with one")
      }
      state.open[subscription.id] = subscription
      return state.hasEnded
    }
    if isOver { subscription.end() }
  }

  private func remove(_ subscription: Subscription) {
    state.withLock { state in
      // A cancelled one may still be on its way out while its id is used again.
      if state.open[subscription.id] === subscription { state.open[subscription.id] = nil }
    }
  }

  /// The result of a subscription that we ended comes first, then the notice that MCP's page on cancellation demands.
  func answered(_ id: RequestID, on connection: Connection) {
    guard state.withLock({ $0.ended.remove(id) != nil }) else { return }
    connection.notify(
      "notifications/cancelled", params: ["requestId": id.json, "reason": "the server ends; listen again elsewhere"])
  }

  func inputEnded() {
    let open = state.withLock { state in
      state.hasEnded = true
      return Array(state.open.values)
    }
    for subscription in open { subscription.end() }
  }
}
