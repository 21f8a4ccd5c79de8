package import SCRProtocol
import Synchronization

/// The one governed registry of native tools and those of tool servers.
///
/// Reads go to an immutable catalogue that is made anew when a source changes; a call of an inline tool takes one lock.
package final class ToolRegistry: Sendable {
  private struct State {
    var sources: [any ToolSource] = []
    var catalogue: ToolCatalogue
    var observers: [Int: @Sendable () -> Void] = [:]
    var nextObserver = 0
    var policy: ToolPolicy
    var limits: Limits
  }

  private let state: Mutex<State>
  /// Resources and prompts of the same sources.
  package let content = ContentRegistry()
  private let inlineTools: [any InlineTool]
  private let clock: any RuntimeClock

  package struct Limits: Sendable, Hashable {
    /// Bytes of a result's content and structured content as JSON.
    package var resultBytes: Int
    /// A call whose caller sets no time.
    package var callTimeout: Duration

    package init(resultBytes: Int = 10 << 20, callTimeout: Duration = .seconds(60)) {
      self.resultBytes = resultBytes
      self.callTimeout = callTimeout
    }
  }

  package init(
    inlineTools: [any InlineTool], policy: ToolPolicy = ToolPolicy(), limits: Limits = Limits(),
    clock: any RuntimeClock = SystemClock()
  ) {
    self.inlineTools = inlineTools
    self.clock = clock
    let catalogue = ToolCatalogue(inline: inlineTools, sources: [], policy: policy)
    state = Mutex(State(catalogue: catalogue, policy: policy, limits: limits))
  }

  package var catalogue: ToolCatalogue { state.withLock(\.catalogue) }
  package var sources: [any ToolSource] { state.withLock(\.sources) }
  /// What a call may take whose caller sets no time.
  package var callTimeout: Duration { state.withLock(\.limits.callTimeout) }

  package func add(_ source: any ToolSource) {
    state.withLock { $0.sources.append(source) }
    sourceChanged()
  }

  /// Puts a source in the place of the one of the same server, adds it, or, being nil, leaves none there. Calls that are
  /// under way stay with the source that they began with.
  package func set(_ source: (any ToolSource)?, of server: String) {
    state.withLock { state in
      let place = state.sources.firstIndex { $0.serverName == server }
      switch (place, source) {
      case (let place?, let source?): state.sources[place] = source
      case (let place?, nil): state.sources.remove(at: place)
      case (nil, let source?): state.sources.append(source)
      case (nil, nil): break
      }
    }
    sourceChanged()
  }

  /// From the next call on.
  package func change(policy: ToolPolicy, limits: Limits) {
    state.withLock { state in
      state.policy = policy
      state.limits = limits
    }
    sourceChanged()
  }

  private var policy: ToolPolicy { state.withLock(\.policy) }

  /// To be called by whoever watches a source whose tools or state have changed.
  package func sourceChanged() {
    content.update(sources)
    let observers = state.withLock { state -> [@Sendable () -> Void] in
      let catalogue = ToolCatalogue(inline: inlineTools, sources: state.sources, policy: state.policy)
      let changed = catalogue.descriptors != state.catalogue.descriptors
      state.catalogue = catalogue
      return changed ? Array(state.observers.values) : []
    }
    for observer in observers { observer() }
  }

  /// The same where its resources or prompts have changed and nothing else.
  package func contentChanged() { content.update(sources) }

  /// Calls `onChange` when the list of permitted tools is another, until the result is released.
  package func observe(_ onChange: @escaping @Sendable () -> Void) -> ToolListObservation {
    let id = state.withLock { state in
      state.nextObserver += 1
      state.observers[state.nextObserver] = onChange
      return state.nextObserver
    }
    return ToolListObservation { [weak self] in self?.state.withLock { $0.observers[id] = nil } }
  }

  /// Returns when every source is ready or has failed, at the latest after `limit`.
  package func settle(within limit: Duration, by clock: (any RuntimeClock)? = nil) async {
    let sources = sources
    _ = try? await withinTime(limit, by: clock ?? self.clock) { for source in sources { await source.settle() } }
  }

  // MARK: Calls

  /// Answers a call of an inline tool on the caller's thread; nil for every other tool.
  package func callInline(_ name: String, arguments: JSONSlice?) -> Result<ToolResult, ToolError>? {
    guard let entry = catalogue[name], let tool = entry.inline else { return nil }
    guard entry.isPermitted else { return .failure(policy.denial(of: entry.descriptor)) }
    let value: JSONValue
    do throws(JSONParseError) { value = try arguments?.value() ?? [:] } catch {
      return .failure(ToolError(.invalidInput, "the arguments are too large: \(error)"))
    }
    if let violation = entry.check(value) { return .failure(violation) }
    return .success(tool.run(value.objectValue ?? [:]))
  }

  /// The same for a step's call, where the tool may also be asked again; nil for every other tool.
  func callInline(_ call: ToolCall) -> Result<ToolResult, ToolError>? {
    let (catalogue, limits) = state.withLock { ($0.catalogue, $0.limits) }
    guard let entry = catalogue[call.name.qualified], let tool = entry.inline, entry.descriptor.effect.mayRepeat else {
      return nil
    }
    guard entry.isPermitted else { return .failure(policy.denial(of: entry.descriptor)) }
    if let violation = entry.check(.object(call.arguments)) { return .failure(violation) }
    let result = tool.run(call.arguments)
    if let excess = limits.excess(of: result, from: call.name) { return .failure(excess) }
    return .success(result)
  }

  /// - Throws: `ToolError`, `CancellationError`.
  package func call(_ call: ToolCall) async throws -> ToolCallOutcome {
    let (catalogue, limits) = state.withLock { ($0.catalogue, $0.limits) }
    guard let entry = catalogue[call.name.qualified] else {
      throw catalogue.unknown(call.name.qualified)
    }
    guard entry.isPermitted else { throw policy.denial(of: entry.descriptor) }
    if let violation = entry.check(.object(call.arguments)) { throw violation }
    let clock = ContinuousClock()
    let begin = clock.now
    var call = call
    call.name = entry.descriptor.name
    if call.context.timeout == nil { call.context.timeout = limits.callTimeout }
    let result: ToolResult
    if let inline = entry.inline {
      result = inline.run(call.arguments)
    } else if let source = entry.source {
      result = try await Self.call(call, of: source, by: self.clock)
    } else {
      throw catalogue.unknown(call.name.qualified)
    }
    if let excess = limits.excess(of: result, from: call.name) { throw excess }
    return ToolCallOutcome(
      result: result, tool: entry.descriptor.name, duration: clock.now - begin, context: call.context)
  }
}

extension ToolRegistry {
  /// Within the call's time, whatever its source makes of it.
  private static func call(
    _ call: ToolCall, of source: any ToolSource, by clock: any RuntimeClock
  ) async throws -> ToolResult {
    let limit = call.context.timeout
    guard let result = try await withinTime(limit, by: clock, { try await source.call(call) }) else {
      throw ToolError(
        .timeout, "\(call.name) did not answer within \(limit?.milliseconds ?? 0) ms", isRetryable: true,
        mayHaveTakenEffect: true)
    }
    return result
  }
}

extension ToolRegistry.Limits {
  fileprivate func excess(of result: ToolResult, from tool: ToolName) -> ToolError? {
    if result.size <= resultBytes { return nil }
    return ToolError(
      .tooLarge, "the result of \(tool) is over the limit of \(resultBytes) bytes",
      hint: "ask the tool for less, or raise tools.maxResultBytes", mayHaveTakenEffect: true)
  }
}

/// A result with where it came from.
package struct ToolCallOutcome: Sendable {
  package let result: ToolResult
  package let tool: ToolName
  package let duration: Duration
  package let context: ToolContext

  /// `{source, server?, tool, durationMs, traceId, taskId?}` of interface.md §3.
  package var meta: JSONValue {
    var fields: JSONObject = ["source": .string(tool.server == nil ? "native" : "mcp")]
    fields["server"] = tool.server.map { .string($0) }
    fields["tool"] = .string(tool.tool)
    fields["durationMs"] = .integer(duration.milliseconds)
    fields["traceId"] = .string(context.traceID)
    fields["taskId"] = context.taskID.map { .string($0.text) }
    return .object(fields)
  }
}

/// Ends an observation of the tool list when it is released.
package final class ToolListObservation: Sendable {
  private let onRelease: @Sendable () -> Void
  package init(_ onRelease: @escaping @Sendable () -> Void) { self.onRelease = onRelease }
  deinit { onRelease() }
}
