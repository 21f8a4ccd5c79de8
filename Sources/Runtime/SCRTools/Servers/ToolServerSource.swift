import MCPClient
import SCRProcess
import SCRProtocol
package import SCRRuntime
import Synchronization

/// One tool server as a source of tools: its process is started, watched and started again by ``run()``.
package final class ToolServerSource: ToolSource {
  struct State {
    var status: ToolServerStatus
    var tools: [ToolDescriptor] = []
    var server: ToolServerProcess?
    /// The list has changed since it was read, but there was no server yet to read it from.
    var isListOutdated = false
    /// Fires when what is under way has come to its end; another follows with the next beginning.
    var settled = OneShot<Void>()
  }

  let definition: ToolServerDefinition
  private let launcher: any ToolServerLauncher
  private let clock: any RuntimeClock
  private let state: Mutex<State>
  private let onChange: @Sendable (ToolServerStatus) -> Void

  /// - Parameter onChange: the state or the list of tools is another; called from any thread.
  package init(
    definition: ToolServerDefinition, launcher: any ToolServerLauncher, clock: any RuntimeClock,
    onChange: @escaping @Sendable (ToolServerStatus) -> Void = { _ in }
  ) {
    self.definition = definition
    self.launcher = launcher
    self.clock = clock
    self.onChange = onChange
    state = Mutex(State(status: ToolServerStatus(state: .configured)))
  }

  package var serverName: String? { definition.name }
  package var tools: [ToolDescriptor] { state.withLock(\.tools) }
  package var status: ToolServerStatus { state.withLock(\.status) }

  package func settle() async { _ = await state.withLock(\.settled).value() }

  // MARK: Life

  /// Keeps the server alive until the task is cancelled; returns early when it gives up.
  package func run() async {
    var backoff = ServerBackoff(definition.backoff)
    var restarts = 0
    var reason: String?
    while !Task.isCancelled {
      update { state in
        state.status = ToolServerStatus(
          state: restarts == 0 ? .starting : .restarting, restarts: restarts, reason: reason)
        state.isListOutdated = false
      }
      let begin = clock.now()
      let end = await live(restarts)
      if Task.isCancelled { break }
      let decision =
        end.isHopeless
        ? ServerBackoff.Decision.giveUp
        : backoff.ended(lived: end.wasReady ? clock.now().since(begin) : nil, chance: .random(in: 0...1))
      restarts += 1
      reason = end.reason
      guard case .restart(let pause) = decision else {
        update { state in
          state.status = ToolServerStatus(state: .failed, restarts: restarts - 1, reason: end.reason)
          state.tools = []
        }
        return
      }
      update { $0.status = ToolServerStatus(state: .restarting, restarts: restarts, reason: end.reason) }
      guard (try? await clock.sleep(for: pause)) != nil else { break }
    }
    update { state in
      state.status.state = .stopped
      state.tools = []
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
    do {
      let server = try await launcher.launch(definition, onToolsChanged: { [weak self] in self?.relist() }) {
        exited.fire($0.description)
      }
      var isListOutdated = false
      update { state in
        state.server = server
        isListOutdated = state.isListOutdated
        state.tools = definition.descriptors(server.tools)
        state.status = ToolServerStatus(
          state: .ready, toolCount: state.tools.count, restarts: restarts,
          protocolRevision: server.session.peer?.revision.rawValue, pid: server.pid)
      }
      if isListOutdated { relist() }
      let status = await exited.value()
      if status == nil { _ = await server.stop() }
      state.withLock { $0.server = nil }
      let tail = server.stderrTail
      let reason = "it ended with \(status ?? "our leave")" + (tail.isEmpty ? "" : "; its stderr ended with:\n\(tail)")
      return End(reason: reason, wasReady: true)
    } catch {
      let isHopeless = (error as? MCPClientError)?.code == .spawnFailed
      return End(reason: "\(error)", wasReady: false, isHopeless: isHopeless)
    }
  }

  private func relist() {
    let server = state.withLock { state in
      if state.server == nil { state.isListOutdated = true }
      return state.server
    }
    guard let server else { return }
    relistings.start { [self] in
      guard let tools = try? await server.session.listTools(timeout: definition.startupTimeout) else { return }
      update { state in
        guard state.server === server else { return }
        state.tools = definition.descriptors(tools)
        state.status.toolCount = state.tools.count
      }
    }
  }

  private let relistings = LatestTask()

  private func update(_ change: (inout State) -> Void) {
    let (settled, status) = state.withLock { state -> (OneShot<Void>?, ToolServerStatus) in
      change(&state)
      if state.status.state.isSettled { return (state.settled, state.status) }
      if state.settled.current != nil { state.settled = OneShot() }
      return (nil, state.status)
    }
    // First the news: whoever waited looks for the tools at once.
    onChange(status)
    settled?.fire(())
  }

  // MARK: Calls

  package func call(_ call: ToolCall) async throws -> ToolResult {
    await settle()
    guard let server = state.withLock({ $0.server }) else {
      throw ToolError(
        .serverUnavailable,
        "the tool server \(definition.name) is \(status.state.rawValue)"
          + (status.reason.map { ": \($0)" } ?? ""), isRetryable: true)
    }
    var meta: JSONObject = [:]
    meta[MetaKey.idempotencyKey.description] = call.context.idempotencyKey.map { .string($0) }
    var onProgress: (@Sendable (JSONValue) -> Void)?
    if let report = call.context.onProgress { onProgress = { report(ToolProgress($0)) } }
    do {
      let result = try await server.call(
        call.name.tool, arguments: call.arguments, timeout: call.context.timeout, extraMeta: meta,
        onProgress: onProgress)
      return ToolResult(
        content: result.content, structuredContent: result.structuredContent, isError: result.isError)
    } catch { throw Self.toolError(error, call.name) }
  }

  private static func toolError(_ error: any Error, _ name: ToolName) -> any Error {
    switch error {
    case let error as RPCError:
      ToolError(
        error.code == ErrorKind.invalidParams.code ? .invalidInput : .internal,
        "\(name) was refused by its server: \(error.message)", mayHaveTakenEffect: true, cause: error)
    case let error as MCPClientError where error.code == .timeout:
      ToolError(.timeout, error.description, isRetryable: true, mayHaveTakenEffect: true, cause: error)
    case let error as MCPClientError:
      ToolError(.serverUnavailable, error.description, isRetryable: true, mayHaveTakenEffect: true, cause: error)
    default: error
    }
  }
}

extension ToolServerStatus.State {
  /// Nothing is under way that a caller could wait for.
  var isSettled: Bool {
    switch self {
    case .ready, .failed, .stopped, .disabled, .needsApproval: true
    case .configured, .starting, .restarting: false
    }
  }
}

extension ToolProgress {
  fileprivate init(_ params: JSONValue) {
    self.init(
      progress: params["progress"]?.doubleValue ?? 0, total: params["total"]?.doubleValue,
      message: params["message"]?.stringValue)
  }
}
