package import SCRConnection
package import SCRProtocol
import Synchronization

/// Sends `notifications/progress` for one request, if it asked for them. Values that do not grow are dropped, as the
/// specification demands, and while the client does not read only the newest is kept; after the answer nothing more is sent.
package final class ProgressReporter: Sendable {
  private let connection: Connection?
  private let token: RequestID?
  private let hasMessage: Bool
  private let last = Mutex<Double>(-.infinity)

  package init(connection: Connection?, token: JSONSlice?, revision: ProtocolRevision) {
    self.connection = connection
    // A token of another type names nothing (MCP: string or integer); the request is served without progress.
    self.token = (try? token?.value()).flatMap(RequestID.init)
    hasMessage = revision >= .march2025
  }

  /// Reports to nobody.
  package static let none = ProgressReporter(connection: nil, token: nil, revision: .july2026)

  package var isWanted: Bool { token != nil }

  package func report(_ progress: Double, total: Double? = nil, message: String? = nil) {
    guard let token, let connection else { return }
    let grows = last.withLock { last in
      guard progress > last else { return false }
      last = progress
      return true
    }
    guard grows else { return }
    var params: JSONObject = ["progressToken": token.json, "progress": JSONValue(progress)]
    params["total"] = total.map { JSONValue($0) }
    if hasMessage { params["message"] = message.map { .string($0) } }
    connection.notifyLatest(Self.method, token: token, params: .object(params))
  }

  /// The request is about to be answered.
  package func end() {
    last.withLock { $0 = .infinity }
    if let token { connection?.dropLatest(Self.method, token: token) }
  }

  private static let method = "notifications/progress"
}
