/// One peer of a ``SocketServer``, from its greeting to its end.
package struct SocketClient: Sendable, Hashable {
  /// Never used twice in one process.
  package var id: UInt64
  package var peer: LocalPeer
  /// What it said of itself.
  package var greeting: Greeting

  package init(id: UInt64, peer: LocalPeer, greeting: Greeting) {
    self.id = id
    self.peer = peer
    self.greeting = greeting
  }
}

/// What a ``SocketServer`` asks of its owner. All are called on its thread and must not block.
package struct SocketHooks: Sendable {
  /// Makes what answers a client; called when its greeting has come.
  package var handler: @Sendable (SocketClient) -> any ConnectionHandler
  /// A client for whom a handler was made is gone.
  package var left: @Sendable (SocketClient) -> Void
  /// Who looks on at the frames of a client.
  package var tap: @Sendable (SocketClient) -> (any FrameTap)?
  /// Something that its operator should know: who was refused or given up, and why.
  package var notice: @Sendable (String) -> Void
  /// As in ``Connection/init(handler:sink:limits:answersMalformed:onInternalError:)``.
  package var onInternalError: @Sendable (String, any Error) -> Void

  package init(
    handler: @escaping @Sendable (SocketClient) -> any ConnectionHandler,
    left: @escaping @Sendable (SocketClient) -> Void = { _ in },
    tap: @escaping @Sendable (SocketClient) -> (any FrameTap)? = { _ in nil },
    notice: @escaping @Sendable (String) -> Void = { _ in },
    onInternalError: @escaping @Sendable (String, any Error) -> Void = { _, _ in }
  ) {
    self.handler = handler
    self.left = left
    self.tap = tap
    self.notice = notice
    self.onInternalError = onInternalError
  }
}

/// Bounds of a ``SocketServer``.
package struct SocketLimits: Sendable, Hashable {
  /// Peers at once; one more is told so and let go.
  package var connections: Int
  /// How long a peer may take to greet.
  package var greeting: Duration = .seconds(5)
  /// What MCP calls get once their client has closed its side, as in ``StdioServer``.
  package var grace: Duration = .milliseconds(1500)
  /// How long a peer that does not read is waited for.
  package var patience: Duration
  package var connection: Connection.Limits

  package init(
    connections: Int = 64, patience: Duration = .seconds(30), connection: Connection.Limits = Connection.Limits()
  ) {
    self.connections = connections
    self.patience = patience
    self.connection = connection
  }

  var backlog: PeerBacklog.Limits {
    // Two answers of the largest size always fit.
    PeerBacklog.Limits(most: max(32 << 20, 2 * connection.frame), patience: patience)
  }
}
