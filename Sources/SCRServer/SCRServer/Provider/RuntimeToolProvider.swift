package import MCPServer
package import SCRProtocol
package import SCRRuntime
import Synchronization

/// The runtime as MCP tools: its verbs and every permitted tool of the registry.
package final class RuntimeToolProvider: ToolProvider {
  private let runtime: CognitiveRuntime
  private let patience: ServerPatience
  private let verbs: [String: RuntimeVerb]
  private let globs: [Glob]?
  private let exposed: Mutex<ExposedTools>
  private let observation = Mutex<ToolListObservation?>(nil)
  private let onCollisions: @Sendable ([ToolName]) -> Void

  /// - Parameters:
  ///   - expose: globs over the names of tools and verbs, on the wire or qualified; nil exposes all that is permitted.
  ///   - holds: shared with the native methods of the same connection.
  ///   - onCollisions: gets the tools whose names on the wire needed a suffix, whenever they are others.
  package init(
    runtime: CognitiveRuntime, expose: [String]? = nil, clock: any RuntimeClock = SystemClock(),
    holds: AnswerHolds = AnswerHolds(), onCollisions: @escaping @Sendable ([ToolName]) -> Void = { _ in }
  ) {
    self.runtime = runtime
    self.onCollisions = onCollisions
    patience = ServerPatience(runtime.registry, clock: clock)
    let all = RuntimeVerb.all(runtime, holds)
    verbs = Dictionary(all.map { ($0.tool.name, $0) }) { $1 }
    let globs = expose.map { $0.map(Glob.init) }
    self.globs = globs
    let first = ExposedTools(verbs: all.map(\.tool), catalogue: runtime.registry.catalogue, globs: globs)
    exposed = Mutex(first)
    if !first.collisions.isEmpty { onCollisions(first.collisions) }
    let watch = runtime.registry.observe { [weak self] in self?.refresh() }
    observation.withLock { $0 = watch }
    // The list may have changed between the first look and the watch.
    refresh()
  }

  private func refresh() {
    let all = verbs.values.map(\.tool).sorted { $0.name < $1.name }
    // The catalogue is read under the lock, so that of two refreshes the later one wins.
    let collisions = exposed.withLock { exposed -> [ToolName]? in
      let new = ExposedTools(verbs: all, catalogue: runtime.registry.catalogue, globs: globs)
      defer { exposed = new }
      return new.collisions == exposed.collisions ? nil : new.collisions
    }
    if let collisions { onCollisions(collisions) }
  }

  package func listTools() async -> ToolListing {
    await patience.settle()
    // Asked before the list is taken: one that lacks the tools of a server that starts must not be kept.
    let isStarting = patience.isStarting
    refresh()
    return ToolListing(tools: exposed.withLock(\.tools), ttlMs: isStarting ? 0 : 60_000)
  }

  /// Whether a host sees all that is permitted.
  var exposesAll: Bool { globs == nil }
  var submitsTasks: Bool { taskSupport(of: RuntimeVerb.submitName) == .optional }

  package var tellsOfChanges: Bool { true }

  package func observeChanges(_ onChange: @escaping @Sendable () -> Void) -> (any AnyObject & Sendable)? {
    runtime.registry.observe { [weak self] in
      // Observers are told in no order: the client may ask at once.
      self?.refresh()
      onChange()
    }
  }

  // MARK: Calls

  package func callInline(
    _ name: String, arguments: JSONSlice?
  ) -> Result<CallToolResult, ToolCallFailure>? {
    guard case .tool(let tool, let hasOutputSchema) = exposed.withLock({ $0[name] }), tool.server == nil,
      let outcome = runtime.registry.callInline(tool.qualified, arguments: arguments)
    else { return nil }
    switch outcome {
    case .success(let result): return .success(CallToolResult(result))
    case .failure(let error):
      do { return .success(try ToolFailure.result(of: error, isStructured: !hasOutputSchema)) } catch {
        return (error as? ToolCallFailure).map { .failure($0) }
      }
    }
  }

  package func call(_ call: IncomingToolCall) async throws -> CallToolResult {
    switch await target(call.name) {
    case nil:
      guard globs == nil, let absence = runtime.registry.catalogue.absence(call.name) else { throw unknown(call.name) }
      return try ToolFailure.result(of: absence, isStructured: true)
    case .verb(let name):
      guard let verb = verbs[name] else { throw unknown(call.name) }
      do {
        let value = try await verb.run(call)
        return CallToolResult(text: value.jsonText, structuredContent: value)
      } catch { return try ToolFailure.result(of: error, isStructured: true) }
    case .tool(let name, let hasOutputSchema):
      var context = ToolContext(onProgress: { [progress = call.progress] in
        progress.report($0.progress, total: $0.total, message: $0.message)
      })
      context.interaction = CallInteraction(client: call.context.client)
      do {
        let outcome = try await runtime.callTool(ToolCall(name: name, arguments: call.arguments, context: context))
        return CallToolResult(outcome.result)
      } catch { return try ToolFailure.result(of: error, isStructured: !hasOutputSchema) }
    }
  }

  /// A task where `submit_task` would wait and the client takes one; what is asked of it later, the task asks.
  package func answer(_ call: IncomingToolCall) async throws -> ToolAnswer {
    guard let offer = call.taskOffer, offer.isDemanded || call.arguments["wait"] == true,
      case .verb(RuntimeVerb.submitName) = await target(call.name), let verb = verbs[RuntimeVerb.submitName]
    else { return .result(try await self.call(call)) }
    var arguments = call.arguments
    arguments["wait"] = nil
    let submission = IncomingToolCall(name: call.name, arguments: arguments, context: call.context)
    let answer: JSONValue
    do { answer = try await verb.run(submission) } catch {
      return .result(try ToolFailure.result(of: error, isStructured: true))
    }
    guard let id = answer["taskId"]?.stringValue, let task = try await RuntimeTasks(runtime: runtime).get(id) else {
      throw RPCError(.internal, "the task that was submitted cannot be found")
    }
    return .task(task)
  }

  package func taskSupport(of name: String) -> TaskSupport {
    if case .verb(RuntimeVerb.submitName) = exposed.withLock({ $0[name] }) { return .optional }
    return .forbidden
  }

  /// What `name` means; waits for servers that start if it means nothing yet.
  private func target(_ name: String) async -> ExposedTools.Target? {
    if let target = exposed.withLock({ $0[name] }) { return target }
    await patience.settle()
    refresh()
    if let target = exposed.withLock({ $0[name] }) { return target }
    // A tool that is there and forbidden: the registry says so, and what to do about it.
    if globs == nil, let entry = runtime.registry.catalogue[name], !entry.isPermitted {
      return .tool(entry.descriptor.name, hasOutputSchema: entry.descriptor.outputSchema != nil)
    }
    return nil
  }

  private func unknown(_ name: String) -> ToolCallFailure {
    let nearest = Suggestion.nearest(to: name, among: exposed.withLock { Array($0.names) })
    return .unknownTool(
      "there is no tool \"\(name.prefix(200))\"" + (nearest.map { "; did you mean \"\($0)\"?" } ?? ""))
  }
}

extension CallToolResult {
  fileprivate init(_ result: ToolResult) {
    self.init(content: result.content, structuredContent: result.structuredContent, isError: result.isError)
  }
}
