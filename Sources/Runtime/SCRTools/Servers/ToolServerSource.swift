import MCPClient
import SCRProcess
import SCRProtocol
package import SCRRuntime
import Synchronization

/// One tool server as a source of tools: its process is started, watched and started again by ``run()``.
package final class ToolServerSource: ToolSource {
  struct State {
    var definition: ToolServerDefinition
    /// The server's own lists, as long as it is ready.
    var listed = ToolListing()
    var content = SourceContent()
    var status: ToolServerStatus
    var tools: [ToolDescriptor] = []
    var server: ToolServerProcess?
    /// Fires when `server` is no longer taken for alive.
    var gone: OneShot<Void>?
    var callsInFlight = 0
    /// Waits for the last of them.
    var idle: OneShot<Void>?
    /// Fires when what is under way has come to its end; another follows with the next beginning.
    var settled = OneShot<Void>()
  }

  private let name: String
  private let launcher: any ToolServerLauncher
  let clock: any RuntimeClock
  let state: Mutex<State>
  let watches = ResourceWatches()
  private let host: ToolServerHost
  private let onContent: @Sendable () -> Void
  private let onChange: @Sendable (ToolServerStatus) -> Void

  /// - Parameters:
  ///   - host: what the runtime itself answers the server.
  ///   - onContent: its resources or prompts are others; called from any thread.
  ///   - onChange: the state or the list of tools is another; called from any thread.
  package init(
    definition: ToolServerDefinition, launcher: any ToolServerLauncher, clock: any RuntimeClock,
    host: ToolServerHost = ToolServerHost(), onContent: @escaping @Sendable () -> Void = {},
    onChange: @escaping @Sendable (ToolServerStatus) -> Void = { _ in }
  ) {
    name = definition.name
    self.launcher = launcher
    self.clock = clock
    self.host = host
    self.onContent = onContent
    self.onChange = onChange
    state = Mutex(State(definition: definition, status: ToolServerStatus(state: .configured)))
  }

  package var serverName: String? { name }
  private var definition: ToolServerDefinition { state.withLock(\.definition) }
  var startupTimeout: Duration { definition.startupTimeout }
  package var tools: [ToolDescriptor] { state.withLock(\.tools) }
  package var status: ToolServerStatus { state.withLock(\.status) }

  /// Changes which tools are offered and what is vouched for, and how long things may take. The process stays; how it is
  /// started counts from its next start on.
  package func redefine(_ definition: ToolServerDefinition) {
    update { state in
      state.definition = definition
      state.take(state.listed)
    }
  }

  package func settle() async { _ = await state.withLock(\.settled).value() }

  // MARK: Life

  /// Keeps the server alive until the task is cancelled; returns early when it gives up.
  package func run() async {
    var backoff = ServerBackoff(definition.backoff)
    var restarts = 0
    update { $0.status = ToolServerStatus(state: .starting) }
    while !Task.isCancelled {
      let begin = clock.now()
      let end = await live(restarts)
      if Task.isCancelled { break }
      let reason = ChildEnvironment.masked(end.reason, definition.spec.process.environment)
      let decision =
        end.isHopeless
        ? ServerBackoff.Decision.giveUp
        : backoff.ended(lived: end.wasReady ? clock.now().since(begin) : nil, chance: .random(in: 0...1))
      restarts += 1
      guard case .restart(let pause) = decision else {
        update { state in
          state.server = nil
          state.status = ToolServerStatus(state: .failed, restarts: restarts - 1, reason: reason)
          state.forget()
        }
        return
      }
      update { state in
        state.server = nil
        state.status = ToolServerStatus(state: .restarting, restarts: restarts, reason: reason)
      }
      guard (try? await clock.sleep(for: pause)) != nil else { break }
    }
    update { state in
      state.server = nil
      state.status.state = .stopped
      state.forget()
    }
  }

  private struct End {
    let reason: String
    let wasReady: Bool
    /// Another try cannot help: the command does not exist.
    var isHopeless = false
  }

  private func live(_ restarts: Int) async -> End {
    let exited = OneShot<String>()
    // Those of the start count as well.
    let news = ServerNews()
    let definition = definition
    let answers = HostAnswers(host: host, serverName: name) { [weak self] in
      self?.state.withLock(\.definition.allowsSampling) ?? false
    }
    do {
      let server = try await launcher.launch(definition, answerer: answers, onChange: { news.mark([$0]) }) {
        exited.fire($0.description)
      }
      update { state in
        state.server = server
        state.gone = OneShot()
        state.status = ToolServerStatus(
          state: .ready, restarts: restarts, protocolRevision: server.session.peer?.revision.rawValue, pid: server.pid)
        state.take(server.listing)
      }
      let status = await withTaskGroup(of: Void.self) { group in
        group.addTask { [self] in await follow(server, news) }
        defer { group.cancelAll() }
        return await exited.value()
      }
      if status == nil { _ = await server.stop() }
      let tail = server.stderrTail
      let reason = "it ended with \(status ?? "our leave")" + (tail.isEmpty ? "" : "; its stderr ended with:\n\(tail)")
      return End(reason: reason, wasReady: true)
    } catch {
      return End(
        reason: "\(error)", wasReady: false, isHopeless: (error as? MCPClientError)?.isHopeless ?? false)
    }
  }

  func updateContent(_ change: (inout SourceContent) -> Void) {
    let isOther = state.withLock { state in
      let old = state.content
      change(&state.content)
      return state.content != old
    }
    if isOther { onContent() }
  }

  func update(_ change: (inout State) -> Void) {
    let (settled, gone, status) = state.withLock { state -> (OneShot<Void>?, OneShot<Void>?, ToolServerStatus) in
      change(&state)
      let gone = state.server == nil ? state.gone.take() : nil
      if state.status.state.isSettled { return (state.settled, gone, state.status) }
      if state.settled.current != nil { state.settled = OneShot() }
      return (nil, gone, state.status)
    }
    // First the news: whoever waited looks for the tools at once.
    onChange(status)
    settled?.fire(())
    gone?.fire(())
  }

  // MARK: Calls

  package func call(_ call: ToolCall) async throws -> ToolResult {
    let (server, limit) = try await beginCall()
    defer { callEnded() }
    do {
      let result = try await perform(call, server, limit)
      return ToolResult(
        content: result.content, structuredContent: result.structuredContent, isError: result.isError)
    } catch let error as RPCError where error.code != ErrorKind.invalidParams.code {
      let hasSchema = tools.first { $0.name == call.name }?.outputSchema != nil
      return ToolResult(error, stderrTail: server.stderrTail, isStructured: !hasSchema)
    } catch { throw ToolError(of: error, call.name) ?? error }
  }

  /// Makes the call, or follows the task that its server made of it; a task may outlive the process of its server.
  private func perform(
    _ call: ToolCall, _ first: ToolServerProcess, _ limit: Duration
  ) async throws -> CallToolResult {
    let keeper = call.context.remoteTask.map { TaskKeeper(journal: $0, serverName: name) }
    var (server, options) = (first, call.context.options(limit: limit))
    let end = options.timeout.map { ContinuousClock.now + $0 }
    while true {
      do {
        return try await server.call(
          call.name.tool, arguments: call.arguments, options, resuming: keeper?.left, tasks: keeper)
      } catch let error as MCPClientError where error.code == .exited {
        await self.end(of: server)
        guard keeper?.left != nil, !Task.isCancelled, let next = await nextLife(after: server) else { throw error }
        server = next
        options.timeout = end.map { max(.zero, $0 - .now) }
      }
    }
  }

  /// Whoever is told that the server ended may call again at once, and shall meet its next life. One that closed its output
  /// and lives on is not waited for.
  private func end(of server: ToolServerProcess) async {
    guard let gone = state.withLock({ $0.server === server ? $0.gone : nil }) else { return }
    // A process ends by the machine's time, whatever clock the runtime has.
    _ = try? await withinTime(Self.patience, by: SystemClock()) { await gone.value() }
  }

  private static let patience: Duration = .seconds(1)
}

extension ToolServerSource {
  /// Counts a call as begun; ``callEnded()`` follows unless this throws.
  /// - Throws: `ToolError` where there is no server.
  func beginCall() async throws(ToolError) -> (server: ToolServerProcess, limit: Duration) {
    let (current, limit) = await begin()
    if let current { return (current, limit) }
    callEnded()
    throw ToolError(
      .serverUnavailable,
      "the tool server \(name) is \(status.state.rawValue)" + (status.reason.map { ": \($0)" } ?? ""),
      isRetryable: true)
  }

  /// The next life of the server; nil where there will be none, or the old one lives on.
  private func nextLife(after old: ToolServerProcess) async -> ToolServerProcess? {
    while !Task.isCancelled {
      await settle()
      let (server, isSettled) = state.withLock { ($0.server, $0.status.state.isSettled) }
      if let server { return server === old ? nil : server }
      if isSettled { return nil }
    }
    return nil
  }

  /// Counts a call as begun once there is a server, or none that could be waited for.
  private func begin() async -> (ToolServerProcess?, Duration) {
    while true {
      await settle()
      let begun = state.withLock { state -> (ToolServerProcess?, Duration)? in
        // It may have died again since.
        if state.server == nil, !state.status.state.isSettled, !Task.isCancelled { return nil }
        state.callsInFlight += 1
        return (state.server, state.definition.spec.callTimeout)
      }
      if let begun { return begun }
    }
  }

  /// Returns when no call is under way, at the latest after `limit`. Calls that come later are not waited for.
  package func drain(within limit: Duration) async {
    let idle = state.withLock { state -> OneShot<Void>? in
      if state.callsInFlight == 0 { return nil }
      let idle = state.idle ?? OneShot()
      state.idle = idle
      return idle
    }
    guard let idle else { return }
    _ = try? await withinTime(limit, by: clock) { await idle.value() }
  }

  func callEnded() {
    let idle = state.withLock { state -> OneShot<Void>? in
      state.callsInFlight -= 1
      return state.callsInFlight == 0 ? state.idle.take() : nil
    }
    idle?.fire(())
  }
}

extension ToolServerSource.State {
  mutating func take(_ listed: ToolListing) {
    self.listed = listed
    tools = definition.descriptors(listed.tools)
    status.toolCount = tools.count
    status.leftOut = listed.leftOut.map(\.description)
  }

  /// Nothing of it can be used any more.
  fileprivate mutating func forget() {
    take(ToolListing())
    content = SourceContent()
  }
}
