package import SCRProtocol

/// How a subscription came to its end.
package enum ListenEnd: Sendable, Hashable {
  /// The server ended it properly.
  case graceful
  /// The server ended it without a result; what happened meanwhile is unknown.
  case torn
  /// No acknowledgement came in time, or something else came first.
  case notAcknowledged
  /// The server does not have it: its words.
  case refused(RPCError)
}
