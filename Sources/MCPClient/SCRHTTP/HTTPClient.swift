/// Speaks HTTP/1.1 with connections that are kept and used again. Nothing of it costs anything before the first exchange.
///
/// Redirects are not followed: an answer of 3xx is given as it is, since whoever follows it may hand a key to a stranger.
/// Proxies come from the environment (`https_proxy`, `http_proxy`, `no_proxy`), but not for this machine itself.
package final class HTTPClient: Sendable {
  private let loop: TransferLoop

  package init(_ options: HTTPOptions = HTTPOptions()) { loop = TransferLoop(options) }
  deinit { loop.stop() }

  /// Sends `request` and gives the answer, as soon as its head has come, to `body`. When `body` is done, nothing is left
  /// of the exchange: a rest of the answer may still pass by for a moment, so that the connection can be used again. An
  /// error or a cancellation closes the connection at once.
  ///
  /// - Throws: ``HTTPError``, `CancellationError`, or what `body` threw.
  package func exchange<Value>(
    _ request: HTTPRequest, _ body: (HTTPAnswer) async throws -> Value
  ) async throws -> Value {
    try Task.checkCancellation()
    let transfer = try loop.begin(request)
    return try await withTaskCancellationHandler {
      do {
        let answer = HTTPAnswer(head: try await transfer.head(), transfer: transfer)
        let value = try await body(answer)
        transfer.leave(.linger)
        return value
      } catch {
        transfer.leave(.cancel)
        throw error
      }
    } onCancel: {
      transfer.leave(.cancel)
    }
  }
}

package struct HTTPOptions: Sendable, Hashable {
  /// Exchanges, and connections, at the same time; further ones are refused.
  package var mostExchanges: Int
  /// Connections that are kept while nobody uses them.
  package var idleConnections: Int
  /// A file of certificates instead of the system's.
  package var caFile: String?
  package var usesProxies: Bool

  package init(
    mostExchanges: Int = 1024, idleConnections: Int = 16, caFile: String? = nil, usesProxies: Bool = true
  ) {
    self.mostExchanges = mostExchanges
    self.idleConnections = idleConnections
    self.caFile = caFile
    self.usesProxies = usesProxies
  }
}

/// An answer whose body is still coming. May be read by one task at a time, while the exchange lasts.
package struct HTTPAnswer: Sendable {
  package let head: HTTPHead
  private let transfer: Transfer

  init(head: HTTPHead, transfer: Transfer) {
    self.head = head
    self.transfer = transfer
  }

  package var status: Int { head.status }

  /// The next piece of the body, as large as has come meanwhile; nil at its end. While nobody asks, at most
  /// ``HTTPLimits/buffered`` bytes are kept, and then the sender waits.
  ///
  /// - Throws: ``HTTPError``, `CancellationError`.
  package func next() async throws -> [UInt8]? { try await transfer.next() }

  /// All of the rest of the body.
  /// - Parameter limit: bytes that are kept of it; the remainder is read and dropped.
  package func rest(keeping limit: Int = .max) async throws -> [UInt8] {
    var bytes: [UInt8] = []
    while let piece = try await next() { bytes += piece.prefix(max(0, limit - bytes.count)) }
    return bytes
  }
}
