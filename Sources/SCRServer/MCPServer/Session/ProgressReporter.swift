package import SCRConnection
package import SCRProtocol
import Synchronization

/// Sends `notifications/progress` for one request, if it asked for them. Values that do not grow are dropped, as the
/// specification demands, and while the client does not read only the newest is kept; after the answer nothing more is sent.
package final class ProgressReporter: Sendable {
  private struct State {
    var token: RequestID?
    var last = -Double.infinity
  }

  private let connection: Connection?
  private let hasMessage: Bool
  private let state: Mutex<State>

  package init(connection: Connection?, token: JSONSlice?, revision: ProtocolRevision) {
    self.connection = connection
    state = Mutex(State(token: Self.id(token)))
    hasMessage = revision >= .march2025
  }

  /// A token of another type names nothing (MCP: string or integer); the request is served without progress.
  private static func id(_ token: JSONSlice?) -> RequestID? { (try? token?.value()).flatMap(RequestID.init) }

  /// Reports to nobody.
  package static let none = ProgressReporter(connection: nil, token: nil, revision: .july2026)

  package var isWanted: Bool { state.withLock { $0.token != nil } }

  package func report(_ progress: Double, total: Double? = nil, message: String? = nil) {
    guard let connection else { return }
    state.withLock { state in
      guard let token = state.token, progress > state.last else { return }
      state.last = progress
      var params: JSONObject = ["progressToken": token.json, "progress": JSONValue(progress)]
      params["total"] = total.map { JSONValue($0) }
      if hasMessage { params["message"] = message.map { .string($0) } }
      connection.notifyLatest(Self.method, token: token, params: .object(params))
    }
  }

  /// From now on it speaks for another request, whose progress goes on from where it was.
  func move(to token: JSONSlice?) { state.withLock { $0.token = Self.id(token) } }

  /// The request is about to be answered.
  package func end() {
    state.withLock { state in
      if let token = state.token { connection?.dropLatest(Self.method, token: token) }
      state.token = nil
    }
  }

  private static let method = "notifications/progress"
}
