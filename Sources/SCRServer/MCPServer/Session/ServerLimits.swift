/// What one client may hold of a server. Beyond each limit there is an answer that says so.
package struct ServerLimits: Sendable, Hashable {
  /// Calls that wait for a client to come back with answers. One more ends the oldest.
  package var suspendedCalls = 64
  /// Questions of one call that wait behind each other. One more fails.
  package var questions = 32
  /// How often a provider may ask in one request where the kit asks for it.
  package var rounds = 16
  /// How long a client has to come back, and how long what it brings back is good.
  package var patience: Duration = .seconds(600)
  /// Open `subscriptions/listen` requests, and resources of one subscribed session. One more is refused.
  package var subscriptions = 64
  /// URIs, and task ids, in one filter, and resources that an older client has subscribed to. In a filter the rest is not
  /// acknowledged; a further subscription is refused.
  package var subscribedItems = 1000
  /// Tasks of an older client that it is told of, oldest given up first.
  package var watchedTasks = 64

  package init() {}
}
