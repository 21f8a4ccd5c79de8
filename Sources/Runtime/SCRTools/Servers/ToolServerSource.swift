import MCPClient
import SCRProcess
import SCRProtocol
package import SCRRuntime
import Synchronization

/// One tool server as a source of tools: its process is started, watched and started again by ``run()``.
package final class ToolServerSource: ToolSource {
  struct State {
    var definition: ToolServerDefinition
    /// The server's own list, as long as it is ready.
    var listed: [MCPTool] = []
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
  private let clock: any RuntimeClock
  private let state: Mutex<State>
  private let onChange: @Sendable (ToolServerStatus) -> Void

  /// - Parameter onChange: the state or the list of tools is another; called from any thread.
  package init(
    definition: ToolServerDefinition, launcher: any ToolServerLauncher, clock: any RuntimeClock,
    onChange: @escaping @Sendable (ToolServerStatus) -> Void = { _ in }
  ) {
    name = definition.name
    self.launcher = launcher
    self.clock = clock
    self.onChange = onChange
    state = Mutex(State(definition: definition, status: ToolServerStatus(state: .configured)))
  }

  package var serverName: String? { name }
  private var definition: ToolServerDefinition { state.withLock(\.definition) }
  package var tools: [ToolDescriptor] { state.withLock(\.tools) }
  package var status: ToolServerStatus { state.withLock(\.status) }

  /// Changes which tools are offered and what is vouched for, and how long things may take. The process stays; how it is
  /// started counts from its next start on.
  package func redefine(_ definition: ToolServerDefinition) {
    update { state in
      state.definition = definition
      state.tools = definition.descriptors(state.listed)
      state.status.toolCount = state.tools.count
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
          state.take([])
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
      state.take([])
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
    // One mark stands for all that come before the next reading of the list, and those of the start count as well.
    let (marks, mark) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    do {
      let server = try await launcher.launch(definition, onToolsChanged: { mark.yield() }) {
        exited.fire($0.description)
      }
      update { state in
        state.server = server
        state.gone = OneShot()
        state.take(server.tools)
        state.status = ToolServerStatus(
          state: .ready, toolCount: state.tools.count, restarts: restarts,
          protocolRevision: server.session.peer?.revision.rawValue, pid: server.pid)
      }
      let status = await withTaskGroup(of: Void.self) { group in
        group.addTask { [self] in for await _ in marks { await relist(server) } }
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

  private func relist(_ server: ToolServerProcess) async {
    do {
      let tools = try await server.session.listTools(timeout: definition.startupTimeout)
      update { state in
        state.take(tools)
        state.status.toolCount = state.tools.count
        state.status.reason = nil
      }
    } catch {
      // The end of its life tells its own reason.
      if Task.isCancelled { return }
      update { $0.status.reason = "its changed list of tools could not be read, so the one before counts: \(error)" }
    }
  }

  private func update(_ change: (inout State) -> Void) {
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
    let (current, limit) = await begin()
    defer { callEnded() }
    guard let server = current else {
      throw ToolError(
        .serverUnavailable,
        "the tool server \(name) is \(status.state.rawValue)"
          + (status.reason.map { ": \($0)" } ?? ""), isRetryable: true)
    }
    var meta: JSONObject = [:]
    meta[MetaKey.idempotencyKey.description] = call.context.idempotencyKey.map { .string($0) }
    var onProgress: (@Sendable (JSONValue) -> Void)?
    if let report = call.context.onProgress { onProgress = { report(ToolProgress($0)) } }
    do {
      let result = try await server.call(
        call.name.tool, arguments: call.arguments, timeout: min(call.context.timeout ?? limit, limit), extraMeta: meta,
        onProgress: onProgress)
      return ToolResult(
        content: result.content, structuredContent: result.structuredContent, isError: result.isError)
    } catch let error as RPCError where error.code != ErrorKind.invalidParams.code {
      let hasSchema = tools.first { $0.name == call.name }?.outputSchema != nil
      return ToolResult(error, stderrTail: server.stderrTail, isStructured: !hasSchema)
    } catch {
      if (error as? MCPClientError)?.code == .exited { await end(of: server) }
      throw ToolError(of: error, call.name) ?? error
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

  private func callEnded() {
    let idle = state.withLock { state -> OneShot<Void>? in
      state.callsInFlight -= 1
      return state.callsInFlight == 0 ? state.idle.take() : nil
    }
    idle?.fire(())
  }
}

extension ToolServerSource.State {
  fileprivate mutating func take(_ listed: [MCPTool]) {
    self.listed = listed
    tools = definition.descriptors(listed)
  }
}

extension ToolProgress {
  fileprivate init(_ params: JSONValue) {
    self.init(
      progress: params["progress"]?.doubleValue ?? 0, total: params["total"]?.doubleValue,
      message: params["message"]?.stringValue)
  }
}
