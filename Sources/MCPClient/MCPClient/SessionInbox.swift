import SCRConnection
import SCRProtocol
import Synchronization

/// What a server may send on its own: progress of our calls, changes, what a subscription tells, and a legacy server's
/// questions.
final class SessionInbox: ConnectionHandler {
  private let calls = Mutex(CallsInFlight())
  private let listens = Mutex<[RequestID: Subscription]>([:])
  private let onChange: @Sendable (ServerChange) -> Void
  private let serverName: String
  /// Answers beside calls, and what a call's own answerer does not.
  private let answerer: (any ServerQuestionAnswering)?

  init(
    serverName: String, answerer: (any ServerQuestionAnswering)?, onChange: @escaping @Sendable (ServerChange) -> Void
  ) {
    self.serverName = serverName
    self.answerer = answerer
    self.onChange = onChange
  }

  func begin(_ name: CallsInFlight.Name, _ call: InFlightCall) { calls.withLock { $0.begin(name, call) } }
  func end(_ name: CallsInFlight.Name) { calls.withLock { $0.end(name) } }
  func begin(_ id: RequestID, _ subscription: Subscription) { listens.withLock { $0[id] = subscription } }
  func end(listen id: RequestID) { listens.withLock { $0[id] = nil } }

  // MARK: Requests of legacy servers

  func receive(
    _ request: IncomingRequest, on connection: Connection, output: inout JSONWriter
  ) -> Disposition {
    if request.method == "ping" {
      output.response(request.id) { $0.raw("{}") }
      return .answered
    }
    guard let method = InputRequest.Method(rawValue: request.method) else {
      return .error(
        RPCError(.methodNotFound, "this client declared no capability for \"\(request.method.prefix(200))\""))
    }
    // As waits they have a bound of their own; more than it are refused, since nobody holds up a child's reader.
    return .later(.finishWait) { [self] in
      let question = InputRequest(method, params: try request.params?.value().objectValue ?? [:])
      return JSONSlice(try await answer(question))
    }
  }

  private func answer(_ question: InputRequest) async throws -> JSONValue {
    let call = calls.withLock { $0.owner(of: question) }
    let desk = QuestionDesk(serverName: serverName, [call?.answerer, answerer])
    guard let answerer = desk.answerer(of: question) else {
      return try QuestionDesk.refusal(of: question, because: desk.reason(question) ?? "nobody here can").get()
    }
    guard let call else { return try await Self.ask(answerer, question) }
    return try await call.pulse.whileHeld {
      try await withThrowingTaskGroup(of: JSONValue?.self) { group in
        group.addTask { try await Self.ask(answerer, question) }
        group.addTask {
          await call.ended()
          return nil
        }
        defer { group.cancelAll() }
        if let answer = try await group.next() ?? nil { return answer }
        return try QuestionDesk.refusal(of: question, because: "the call that it belongs to is over").get()
      }
    }
  }

  private static func ask(
    _ answerer: any ServerQuestionAnswering, _ question: InputRequest
  ) async throws -> JSONValue {
    do { return try await answerer.answer(question) } catch is CancellationError { throw CancellationError() } catch {
      return try QuestionDesk.refusal(of: question, because: "\(error)").get()
    }
  }

  // MARK: Notifications

  func receive(_ notification: IncomingNotification, on connection: Connection) {
    guard notification.method.hasPrefix("notifications/") else { return }
    let params = (try? notification.params?.value()) ?? [:]
    let subscription = params["_meta"]?[Subscription.idKey].flatMap(RequestID.init)
    if let subscription, let listen = listens.withLock({ $0[subscription] }) {
      listen.receive(notification.method, params)
    }
    switch notification.method {
    case "notifications/progress":
      guard let token = params["progressToken"].flatMap(RequestID.init) else { return }
      calls.withLock { $0[.request(token)] }?.progressed(params)
    case "notifications/tools/list_changed": onChange(.tools)
    case "notifications/prompts/list_changed": onChange(.prompts)
    case "notifications/resources/list_changed": onChange(.resources)
    case "notifications/resources/updated": if let uri = params["uri"]?.stringValue { onChange(.resource(uri)) }
    case "notifications/cancelled":
      guard let id = params["requestId"].flatMap(RequestID.init) else { return }
      listens.withLock { $0[id] }?.tear()
    default: break
    }
  }
}
