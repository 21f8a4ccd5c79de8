package import SCRConnection

/// Runs a server over two descriptors until its input ends.
package enum StdioServer {
  /// Serves until the input has ended and what is in flight is answered: requests with ``DrainPolicy/finish`` and
  /// ``DrainPolicy/finishWait`` to their end, others within `grace`. Returns then; everything that was answered has been
  /// written.
  ///
  /// - Parameters:
  ///   - tap: looks on at the frames of both sides.
  ///   - onInternalError: as in ``Connection/init(handler:sink:limits:answersMalformed:tap:onInternalError:)``.
  ///   - onOutputClosed: the peer no longer reads; there is no use in going on.
  package static func run(
    handler: any ConnectionHandler, limits: Connection.Limits = Connection.Limits(), input: Int32, output: Int32,
    grace: Duration = .milliseconds(1500), tap: (any FrameTap)? = nil,
    onInternalError: @escaping @Sendable (String, any Error) -> Void = { _, _ in },
    onOutputClosed: @escaping @Sendable () -> Void
  ) async {
    let writer = FrameWriter(descriptor: output, onClosed: onOutputClosed)
    let connection = Connection(
      handler: handler, sink: writer, limits: limits, tap: tap, onInternalError: onInternalError)
    await withCheckedContinuation { continuation in
      StdioTransport.start(connection, input: input) { continuation.resume() }
    }
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await connection.drained(of: .grace) }
      group.addTask { try? await ContinuousClock().sleep(for: grace) }
      await group.next()
      connection.abandon(.grace)
      group.cancelAll()
    }
    await connection.drained()
    await withCheckedContinuation { continuation in
      WireThread.start {
        writer.drain()
        continuation.resume()
      }
    }
  }
}
