import SCRConnection
import SCRProtocol
import SCRRuntime
import SCRServer

/// A command as a client of the scr that owns the state directory.
final class OwnerClient: Sendable {
  /// What the owner said of itself.
  private let owner: Greeting
  private let connection: Connection
  private let socket: LinkSocket

  /// One element stands for all events that the owner told of before it is taken; ends with ``news``. One may iterate it.
  let events: AsyncStream<Void>
  let news: AsyncStream<Void>.Continuation

  /// Takes the link over until ``close()``.
  init(_ link: OwnerLink) {
    let (events, news) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
    (self.events, self.news) = (events, news)
    owner = link.owner
    let socket = LinkSocket(descriptor: link.descriptor)
    self.socket = socket
    connection = Connection(
      handler: EventListener { news.yield() }, sink: FrameWriter(descriptor: link.descriptor, onClosed: {}),
      answersMalformed: false)
    StdioTransport.start(connection, input: link.descriptor) { socket.close() }
  }

  /// Nothing is asked any more. The reader closes the descriptor when it has seen the end.
  func close() { socket.shutDown() }

  /// - Parameter task: what it is about, for the words of the command line where there is no such task.
  /// - Returns: the result of a native method.
  /// - Throws: ``CommandFailure`` in the owner's words, with the exit code that fits; 5 if it went away.
  func call(_ method: String, _ params: JSONObject = [:], about task: TaskID? = nil) async throws -> JSONValue {
    do {
      return try await connection.call(method) { _ in .object(params) }.value()
    } catch let error as RPCError {
      if let task, error.kind == .notFound { throw StoredTasks.unknown(task) }
      throw CommandFailure(error)
    } catch let error as ConnectionError {
      throw CommandFailure(
        .unavailable, kind: "store_unavailable",
        "process \(owner.pid), which owns the state directory, went away before it answered: \(error.message)",
        hint: "look whether it was done, and run the command again if it was not")
    }
  }

  var pid: Int32 { owner.pid }

  /// - Parameter workspace: where its tools are to work.
  /// - Returns: `{taskId, state}`.
  func submit(_ submission: TaskSubmission, from workspace: String) async throws -> JSONValue {
    var params: JSONObject = ["inputs": .object(submission.inputs), "context": ["cwd": .string(workspace)]]
    params["goal"] = submission.goal.map { .string($0) }
    params["plan"] = submission.plan
    params["title"] = submission.title.map { .string($0) }
    params["deadline"] = submission.deadline.map { .string($0.description) }
    return try await call("submit_task", params)
  }

  /// Where the owner works.
  var workspace: String? { owner.traits[Greeting.workspace] }

  /// For what is kept with the owner's folder and would run there.
  func checkWorkspace(_ workspace: String) throws(CommandFailure) {
    guard let theirs = self.workspace, theirs != workspace.prefix(1000) else { return }
    throw CommandFailure(
      .unavailable, kind: ErrorKind.storeUnavailable.name,
      "process \(owner.pid), which owns the state directory, works in \(theirs), and this is \(workspace)",
      hint: "run the command there, or name another directory with --state DIR")
  }
}

/// Passes events on. An owner asks nothing of a command.
private struct EventListener: ConnectionHandler {
  let onEvent: @Sendable () -> Void

  func receive(_ request: IncomingRequest, on connection: Connection, output: inout JSONWriter) -> Disposition {
    .error(RPCError(.methodNotFound, "a command of scr answers nothing"))
  }

  func receive(_ notification: IncomingNotification, on connection: Connection) {
    if notification.method == "event" { onEvent() }
  }
}
