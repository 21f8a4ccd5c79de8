package import MCPServer
package import SCRProtocol
package import SCRRuntime

/// What the runtime knows, as MCP resources: tasks, their results, events, findings and artifacts, memory, the event log
/// and its status; and the resources of its tool servers.
package struct RuntimeResources: ResourceProvider {
  let runtime: CognitiveRuntime
  private let patience: ServerPatience

  package init(runtime: CognitiveRuntime, clock: any RuntimeClock = SystemClock()) {
    self.runtime = runtime
    patience = ServerPatience(runtime.registry, clock: clock)
  }

  // MARK: Lists

  private static let json = "application/json"

  private static let fixed = [
    MCPResource(
      uri: RuntimeURI.events(since: 0).text, name: "events", title: "Event log",
      description: "What has happened, oldest first: up to 500 events, and where to read on.", mimeType: json),
    MCPResource(
      uri: RuntimeURI.status.text, name: "status", title: "Status of the runtime",
      description: "Tasks by state, tool servers, the store.", mimeType: json),
  ]

  /// The fixed ones, then tasks with their results, newest first, then memory, newest first, then those of tool servers by
  /// their addresses. A key names the list and the
  /// place in it, which stays good while tasks and records come and go.
  package func resources(_ page: PageRequest) async throws -> ProviderPage<MCPResource> {
    guard let key = page.after else {
      let first = try await tasks(cursor: nil, limit: page.limit)
      return ProviderPage(items: Self.fixed + first.items, next: first.next)
    }
    if key.hasPrefix(Self.taskKey) {
      return try await tasks(cursor: String(key.dropFirst(Self.taskKey.count)), limit: page.limit)
    }
    if key == Self.memoryStart { return try await memory(cursor: nil, limit: page.limit) }
    if key.hasPrefix(Self.memoryKey) {
      return try await memory(cursor: String(key.dropFirst(Self.memoryKey.count)), limit: page.limit)
    }
    if key.hasPrefix(Self.serverKey) {
      return await servers(after: String(key.dropFirst(Self.serverKey.count)), limit: page.limit)
    }
    throw RPCError(.invalidParams, "the cursor is none of this list", path: "params.cursor")
  }

  private static let taskKey = "task:"
  private static let memoryKey = "memory:"
  private static let memoryStart = "memory"
  /// With nothing behind it, the beginning.
  private static let serverKey = "server:"

  private func tasks(cursor: String?, limit: Int) async throws -> ProviderPage<MCPResource> {
    let page = try await runtime.tasks(TaskQuery(cursor: cursor, limit: min(limit, 500)))
    return ProviderPage(
      items: page.tasks.flatMap(Self.resources),
      next: page.nextCursor.map { Self.taskKey + $0 } ?? Self.memoryStart)
  }

  private static func resources(of task: AgentTask) -> [MCPResource] {
    let changed: JSONObject = ["lastModified": .string(task.updatedAt.description)]
    let title = task.title.oneLine(bytes: 200)
    var found = [
      MCPResource(
        uri: RuntimeURI.task(task.id.text).text, name: task.id.text, title: title,
        description: "The task, \(task.state.rawValue).", mimeType: json, annotations: changed)
    ]
    if task.result != nil {
      found.append(
        MCPResource(
          uri: RuntimeURI.result(task.id.text).text, name: "\(task.id.text) result", title: "Result of \(title)",
          description: "What the task came to.", mimeType: task.result?.stringValue == nil ? json : text,
          annotations: changed))
    }
    return found
  }

  private static let text = "text/plain"

  private func memory(cursor: String?, limit: Int) async throws -> ProviderPage<MCPResource> {
    var query = MemoryQuery(now: runtime.now)
    query.cursor = cursor
    query.limit = min(limit, 500)
    let page = try await runtime.searchMemory(query)
    let items = page.hits.map { hit in
      MCPResource(
        uri: RuntimeURI.memory(hit.record.id).text, name: hit.record.address.key,
        title: hit.record.content.text.oneLine(bytes: 100),
        description: "A \(hit.record.address.kind.rawValue) in \(hit.record.address.namespace).", mimeType: Self.json,
        annotations: ["lastModified": .string(hit.record.updatedAt.description)])
    }
    return ProviderPage(items: items, next: page.nextCursor.map { Self.memoryKey + $0 } ?? Self.serverKey)
  }

  private func servers(after last: String, limit: Int) async -> ProviderPage<MCPResource> {
    await patience.settle()
    let all = runtime.registry.content.catalogue.resources.compactMap { MCPResource(.object($0.fields)) }
    let page = ProviderPage(of: all, key: \.uri, PageRequest(after: last.isEmpty ? nil : last, limit: limit))
    return ProviderPage(items: page.items, next: page.next.map { Self.serverKey + $0 })
  }

  package func templates(_ page: PageRequest) async throws -> ProviderPage<MCPResource> {
    await patience.settle()
    let theirs = runtime.registry.content.catalogue.templates.compactMap { MCPResource(.object($0.fields)) }
    return ProviderPage(of: (Self.templates + theirs).sorted { $0.uri < $1.uri }, key: \.uri, page)
  }

  private static let templates = [
    template("scr://events/{sequence}", "events", "Events after a number", "What happened after that event."),
    template("scr://memory/{recordId}", "memory", "A record of memory", "The record with where it came from."),
    template("scr://task/{taskId}", "task", "A task", "Its state, plan, steps and result."),
    template(
      "scr://task/{taskId}/artifact/{stepId}", "artifact", "What a step gave",
      "The outcome of one step, as text or JSON."),
    template("scr://task/{taskId}/events", "task events", "A task's life", "Its events, oldest first."),
    template(
      "scr://task/{taskId}/findings", "findings", "Findings of a task", "What its agents found, with the source."),
    template("scr://task/{taskId}/result", "result", "A task's result", "What it came to."),
  ]

  private static func template(
    _ uri: String, _ name: String, _ title: String, _ description: String
  ) -> MCPResource {
    MCPResource(uri: uri, name: name, title: title, description: description, mimeType: json)
  }

  // MARK: Changes

  package var tellsOfListChanges: Bool { true }

  package func observeList(_ onChange: @escaping @Sendable () -> Void) -> (any AnyObject & Sendable)? {
    Observations([
      EventObservation(runtime.subscribe(), where: { Self.listKinds.contains($0.kind) }) { onChange() },
      runtime.registry.content.observe { if $0 == .resources { onChange() } },
    ])
  }

  /// What adds a task, or a result.
  private static let listKinds: Set<EventKind> = [.taskSubmitted, .taskCompleted]

  package var tellsOfUpdates: Bool { true }

  package func observe(
    _ uri: String, _ onUpdate: @escaping @Sendable () -> Void
  ) async -> (any AnyObject & Sendable)? {
    switch RuntimeURI(uri) {
    case nil: return runtime.registry.content.watch(uri, onUpdate)
    case .memory: return nil
    case .status, .events: return EventObservation(runtime.subscribe()) { onUpdate() }
    case let resource?:
      guard let id = resource.taskID.map({ TaskID($0) }), (try? await runtime.task(id)) != nil else { return nil }
      return EventObservation(runtime.subscribe(taskID: id)) { onUpdate() }
    }
  }
}
