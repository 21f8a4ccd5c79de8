import SCRConnection
package import SCRProtocol
import Synchronization

/// Sends `notifications/message` for one request to a client that wants them: by `logging/setLevel`, or by
/// `_meta["io.modelcontextprotocol/logLevel"]`. While the client does not read only the newest is kept.
package final class LogReporter: Sendable {
  private struct State {
    var level: LoggingLevel?
    var id: RequestID?
  }

  private let connection: Connection?
  private let state: Mutex<State>

  /// - Parameter level: the least that is sent; nil sends none.
  init(connection: Connection?, id: RequestID?, level: LoggingLevel?) {
    self.connection = connection
    state = Mutex(State(level: level, id: id))
  }

  /// Tells nobody.
  package static let none = LogReporter(connection: nil, id: nil, level: nil)

  /// - Parameter data: any JSON; never secrets.
  package func log(_ level: LoggingLevel, _ data: JSONValue, logger: String? = nil) {
    state.withLock { state in
      guard let id = state.id, let least = state.level, level >= least else { return }
      var params: JSONObject = ["level": .string(level.rawValue)]
      params["logger"] = logger.map { .string($0) }
      params["data"] = data
      connection?.notifyLatest(Self.method, token: id, params: .object(params))
    }
  }

  /// From now on it speaks for another request.
  func move(to id: RequestID, level: LoggingLevel?) { state.withLock { $0 = State(level: level, id: id) } }

  /// The request is about to be answered.
  func end() {
    state.withLock { state in
      if let id = state.id { connection?.dropLatest(Self.method, token: id) }
      state = State()
    }
  }

  private static let method = "notifications/message"
}
