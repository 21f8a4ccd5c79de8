package import SCRProtocol

/// The other side of a connection's door: admission, routing, and what answers.
package protocol ConnectionHandler: Sendable {
  /// Called on the reader, in order. Must not block; long work goes into `.later`.
  ///
  /// What can be answered at once is written into `output` as a whole response, and `.answered` is returned.
  func receive(
    _ request: IncomingRequest, on connection: Connection, output: inout JSONWriter
  ) -> Disposition
  /// Called on the reader, in order. Cancellations of requests in flight were settled already; those of others come here.
  func receive(_ notification: IncomingNotification, on connection: Connection)
  /// Whether a line may hold an array of messages now (MCP 2025-03-26). Called on the reader.
  var acceptsBatches: Bool { get }
  /// Called once for each `.later` request that was taken: its answer was queued behind everything sent before, or it was cancelled
  /// and gets none. From any thread; must not block.
  func answered(_ id: RequestID, on connection: Connection)
  /// The peer has closed its side.
  func inputEnded(on connection: Connection)
  /// The peer has closed its side and everything that it asked for is answered, except for streams, which should come to
  /// their end now. Called once, from any thread; must not block.
  func onlyStreamsLeft(on connection: Connection)
}

extension ConnectionHandler {
  package var acceptsBatches: Bool { false }
  package func answered(_ id: RequestID, on connection: Connection) {}
  package func inputEnded(on connection: Connection) {}
  package func onlyStreamsLeft(on connection: Connection) {}
}

package struct IncomingRequest: Sendable {
  package let id: RequestID
  package let method: String
  package let params: JSONSlice?
}

package struct IncomingNotification: Sendable {
  package let method: String
  package let params: JSONSlice?
}

/// How a request is answered.
package enum Disposition: Sendable {
  /// The response stands in the output already.
  case answered
  case error(RPCError)
  /// Answered by a task of its own, which is cancelled when the request is. It returns the value of `result`.
  case later(DrainPolicy, @Sendable () async throws -> JSONSlice)
}
