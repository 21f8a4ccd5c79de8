import SCRConnection
import SCRProtocol
import SCRTestSupport

struct Broken: Error, Equatable {}

/// Answers `echo` in line, lets `wait` and `stream` wait for its gate, and reports what it hears.
final class EchoHandler: ConnectionHandler {
  let gate = Gate()
  let acceptsBatches: Bool
  let started = Signal<RequestID>()
  let cancelled = Signal<RequestID>()
  let notifications = Signal<String>()
  let answered = Signal<RequestID>()

  init(acceptsBatches: Bool = false) { self.acceptsBatches = acceptsBatches }

  func receive(
    _ request: IncomingRequest, on connection: Connection, output: inout JSONWriter
  ) -> Disposition {
    switch request.method {
    case "echo":
      output.response(request.id) { $0.raw(request.params?.bytes ?? []) }
      return .answered
    case "break": return .later(.grace) { throw Broken() }
    case "wait", "stream":
      return .later(request.method == "wait" ? .grace : .finishWait) { [self] in
        started.fire(request.id)
        try await withTaskCancellationHandler {
          try await gate.pass()
        } onCancel: {
          cancelled.fire(request.id)
        }
        return JSONSlice("done")
      }
    default: return .error(RPCError(.methodNotFound, "unknown"))
    }
  }

  func receive(_ notification: IncomingNotification, on connection: Connection) {
    notifications.fire(notification.method)
  }

  func answered(_ id: RequestID, on connection: Connection) { answered.fire(id) }
}
