package import SCRConnection
package import SCRProcess
package import SCRProtocol
import Synchronization

/// For each process of the tool server of that name, what looks on at its pipes.
package typealias ServerTap = @Sendable (String) -> (any FrameTap)?

/// One life of a tool server: spawned, probed, its tools listed. What comes after its end is its supervisor's business.
package final class ToolServerProcess: Sendable {
  package let spec: MCPServerSpec
  package let session: MCPSession
  /// The list at start.
  package let listing: ToolListing
  package let timings: Timings
  private let transport: ProcessTransport

  /// How long the parts of the start took.
  package struct Timings: Sendable, Hashable {
    /// From spawn to the answered opening.
    package var open: Duration
    package var list: Duration
  }

  private init(
    spec: MCPServerSpec, session: MCPSession, listing: ToolListing, timings: Timings, transport: ProcessTransport
  ) {
    self.spec = spec
    self.session = session
    self.listing = listing
    self.timings = timings
    self.transport = transport
  }

  package var tools: [MCPTool] { listing.tools }
  package var pid: Int32? { transport.process?.pid }
  package var stderrTail: String { transport.process?.stderrTail(lines: 20) ?? "" }

  /// Starts the server. After silence to the probe it is started afresh, since the unanswered request may sit in its way;
  /// so is one that does not behave as it is remembered.
  ///
  /// - Parameters:
  ///   - answerer: of what it asks beside calls.
  ///   - eras: what is known of earlier starts.
  ///   - makeTap: for each process that is tried, what looks on at its pipes.
  ///   - onExit: called once for the life that is returned; never for one that failed to start.
  /// - Throws: ``MCPClientError`` with the end of the server's stderr. Nothing is left running then.
  package static func start(
    _ spec: MCPServerSpec, in table: ProcessTable, client: Implementation,
    answerer: (any ServerQuestionAnswering)? = nil, eras: EraCache = EraCache(),
    makeTap: ServerTap = { _ in nil },
    onChange: @escaping @Sendable (ServerChange) -> Void = { _ in }, onExit: @escaping @Sendable (ExitStatus) -> Void
  ) async throws -> ToolServerProcess {
    func attempt(probing: Bool) async throws -> ToolServerProcess? {
      let attempt = Attempt(
        spec: spec, table: table, client: client, answerer: answerer, tap: makeTap(spec.name), onChange: onChange,
        onExit: onExit)
      let started = try await attempt.run(probing: probing)
      if let revision = started?.session.peer?.revision { eras.keep(spec.process, revision) }
      return started
    }
    if eras.isLegacy(spec.process) {
      do { if let started = try await attempt(probing: false) { return started } } catch let error as MCPClientError
        where error.code != .spawnFailed
      {
        eras.forget(spec.process)
      }
    }
    if let started = try await attempt(probing: true) { return started }
    guard let started = try await attempt(probing: false) else {
      throw MCPClientError(.refused, "\(spec.name) speaks no known revision of the protocol")
    }
    return started
  }

  /// Closes its input, then SIGTERM, then SIGKILL for everything it started. Returns when all of it is gone.
  @discardableResult
  package func stop() async -> ExitStatus? { await transport.process?.stop(ladder: spec.stopLadder) }

  /// Calls a tool; errors carry the end of the server's stderr.
  /// - Parameter options: a time that is nil is the spec's.
  package func call(
    _ tool: String, arguments: JSONObject, _ options: CallOptions, resuming: RemoteTask? = nil,
    tasks: (any RemoteTaskKeeping)? = nil
  ) async throws -> CallToolResult {
    try await explaining { [self] in
      try await session.callTool(tool, arguments: arguments, limited(options), resuming: resuming, tasks: tasks)
    }
  }

  /// As ``MCPSession/readResource(_:_:)``.
  package func read(_ uri: String, _ options: CallOptions) async throws -> JSONValue {
    try await explaining { [self] in try await session.readResource(uri, limited(options)) }
  }

  /// As ``MCPSession/getPrompt(_:arguments:_:)``.
  package func prompt(_ name: String, arguments: JSONObject, _ options: CallOptions) async throws -> JSONValue {
    try await explaining { [self] in try await session.getPrompt(name, arguments: arguments, limited(options)) }
  }

  /// As ``MCPSession/complete(_:_:)``.
  package func complete(_ params: JSONObject, _ options: CallOptions) async throws -> JSONValue {
    try await explaining { [self] in try await session.complete(params, limited(options)) }
  }

  private func limited(_ options: CallOptions) -> CallOptions {
    var options = options
    options.timeout = options.timeout ?? spec.callTimeout
    options.idleTimeout = options.idleTimeout ?? spec.idleTimeout
    return options
  }

  private func explaining<Value: Sendable>(_ work: () async throws -> Value) async throws -> Value {
    do { return try await work() } catch { throw Attempt.explained(error, spec.name, transport) }
  }

  fileprivate static func make(
    _ attempt: Attempt, _ listing: ToolListing, _ timings: Timings
  ) -> ToolServerProcess {
    ToolServerProcess(
      spec: attempt.spec, session: attempt.session, listing: listing, timings: timings, transport: attempt.transport)
  }
}

/// One try to bring a server up.
private struct Attempt: Sendable {
  let spec: MCPServerSpec
  let table: ProcessTable
  let session: MCPSession
  let transport: ProcessTransport
  private let exitGate: ExitGate

  init(
    spec: MCPServerSpec, table: ProcessTable, client: Implementation, answerer: (any ServerQuestionAnswering)?,
    tap: (any FrameTap)?, onChange: @escaping @Sendable (ServerChange) -> Void,
    onExit: @escaping @Sendable (ExitStatus) -> Void
  ) {
    self.spec = spec
    self.table = table
    let gate = ExitGate(onExit)
    exitGate = gate
    session = MCPSession(serverName: spec.name, client: client, answerer: answerer, tap: tap, onChange: onChange)
    transport = ProcessTransport { gate.exited($0) }
  }

  /// - Returns: nil if the server kept silent when probed.
  func run(probing: Bool) async throws -> ToolServerProcess? {
    do {
      // The probe alone may take the whole time that a start is given.
      let limit = spec.startupTimeout * (probing ? 2 : 1)
      guard let started = try await withDeadline(limit, { try await open(probing) }) else {
        throw MCPClientError(.timeout, "\(spec.name) was not ready within \(limit)\(session.noise)")
      }
      guard let server = started.server else {
        await stop()
        return nil
      }
      exitGate.open()
      return server
    } catch {
      // First, so that the last words on stderr are in.
      await stop()
      throw Self.explained(error, spec.name, transport)
    }
  }

  private func stop() async { _ = await transport.process?.stop(ladder: .immediate) }

  private func open(_ probing: Bool) async throws -> (server: ToolServerProcess?, Void) {
    let clock = ContinuousClock()
    let begin = clock.now
    do { try await transport.start(spec.process, in: table, session: session) } catch {
      throw MCPClientError(
        .spawnFailed, "\(spec.name) could not be started: \(error)", wasSent: false, cause: error)
    }
    switch probing ? try await session.probe(timeout: spec.startupTimeout) : .initialize(restart: false) {
    // A refusal was thrown.
    case .modern, .refused: break
    case .initialize(restart: true): return (nil, ())
    case .initialize(restart: false): try await session.initialize(timeout: spec.startupTimeout)
    }
    let opened = clock.now
    let listing = try await session.listTools(timeout: spec.startupTimeout)
    let timings = ToolServerProcess.Timings(open: opened - begin, list: clock.now - opened)
    return (ToolServerProcess.make(self, listing, timings), ())
  }

  /// Adds what the server wrote to stderr, which mostly tells the true cause.
  static func explained(_ error: any Error, _ name: String, _ transport: ProcessTransport) -> any Error {
    let tail = transport.process?.stderrTail(lines: 20) ?? ""
    switch error {
    case var error as MCPClientError:
      if error.stderrTail.isEmpty { error.stderrTail = tail }
      return error
    case let error as ConnectionError: return explained(error, name, tail, transport)
    default: return error
    }
  }

  private static func explained(
    _ error: ConnectionError, _ name: String, _ tail: String, _ transport: ProcessTransport
  ) -> MCPClientError {
    switch error.code {
    case .tooLarge:
      return MCPClientError(
        .tooLarge, "the answer of \(name) is too large: \(error.message)", stderrTail: tail, cause: error)
    case .unreadable:
      return MCPClientError(
        .protocolViolation, "the answer of \(name) cannot be read: \(error.message)", stderrTail: tail, cause: error)
    default: break
    }
    let wasSent = error.code != .notSent
    if !wasSent, let failure = transport.lastWriteFailure, failure.code == .stalled {
      return MCPClientError(
        .stalled, "\(name) takes no more: \(failure.message)", stderrTail: tail, wasSent: false, cause: failure)
    }
    return MCPClientError(
      .exited, "\(name) ended or closed its output", stderrTail: tail, wasSent: wasSent, cause: error)
  }
}

/// Passes on the end of a process only once its life has begun to count.
private final class ExitGate: Sendable {
  private enum State {
    case closed(ExitStatus?)
    case open
  }
  private let state = Mutex(State.closed(nil))
  private let onExit: @Sendable (ExitStatus) -> Void

  init(_ onExit: @escaping @Sendable (ExitStatus) -> Void) { self.onExit = onExit }

  func exited(_ status: ExitStatus) {
    let isOpen = state.withLock { state in
      if case .open = state { return true }
      state = .closed(status)
      return false
    }
    if isOpen { onExit(status) }
  }

  func open() {
    let early: ExitStatus? = state.withLock { state in
      defer { state = .open }
      if case .closed(let status) = state { return status }
      return nil
    }
    if let early { onExit(early) }
  }
}
