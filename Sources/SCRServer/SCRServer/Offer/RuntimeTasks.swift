package import MCPServer
package import SCRProtocol
package import SCRRuntime

/// The runtime's tasks as MCP tasks, in the states of interface.md §3. They are in the store, so an id stays good when the
/// process is started anew.
package struct RuntimeTasks: MCPTaskProvider {
  private let runtime: CognitiveRuntime

  package init(runtime: CognitiveRuntime) { self.runtime = runtime }

  /// How long a client should leave between two looks, in milliseconds.
  private static let pollIntervalMs = 1000
  /// Who answered, where a client did it this way.
  private static let answerer = "client"

  package func get(_ id: String) async throws -> MCPTask? {
    try await found { Self.task(try await runtime.task(TaskID(id))) }
  }

  package func update(_ id: String, _ inputResponses: [String: JSONValue]) async throws -> Bool {
    guard let snapshot = try await found({ try await runtime.task(TaskID(id)) }) else { return false }
    for wait in snapshot.waits where wait.isOpen && wait.kind.isQuestion {
      guard let result = inputResponses[wait.id].flatMap(ElicitResult.init) else { continue }
      await TaskAnswers.give(result, to: wait, runtime, by: Self.answerer)
    }
    return true
  }

  package func cancel(_ id: String) async throws -> MCPTask? {
    try await found { Self.task(try await runtime.cancel(TaskID(id))) }
  }

  package func tasks(_ page: PageRequest) async throws -> ProviderPage<MCPTask> {
    let found = try await runtime.tasks(TaskQuery(cursor: page.after, limit: min(page.limit, 500)))
    return ProviderPage(
      items: found.tasks.map { Self.task(TaskSnapshot(task: $0, steps: [])) }, next: found.nextCursor)
  }

  package func observe(
    _ id: String, _ onChange: @escaping @Sendable (MCPTask) -> Void
  ) async -> (any AnyObject & Sendable)? {
    let subscription = runtime.subscribe(taskID: TaskID(id))
    guard (try? await get(id)) != nil else {
      subscription.end()
      return nil
    }
    return EventObservation(subscription) {
      if let task = try? await get(id) { onChange(task) }
    }
  }

  private func found<Value>(_ body: () async throws -> Value) async throws -> Value? {
    do { return try await body() } catch let error as RuntimeError where error.kind == .notFound { return nil }
  }

  // MARK: Projection

  static func task(_ snapshot: TaskSnapshot) -> MCPTask {
    let task = snapshot.task
    let questions = snapshot.waits.filter { $0.isOpen && $0.kind.isQuestion }
    let status: MCPTask.Status =
      switch task.state {
      case .scheduled, .queued, .running: .working
      case .waiting: questions.isEmpty ? .working : .inputRequired
      case .completed, .failed, .dead: .completed
      case .cancelled: .cancelled
      }
    return MCPTask(
      id: task.id.text, status: status, statusMessage: message(snapshot), createdAt: task.createdAt.description,
      lastUpdatedAt: task.updatedAt.description, pollIntervalMs: pollIntervalMs,
      inputRequests: status == .inputRequired
        ? Dictionary(questions.map { ($0.id, QuestionForm.request($0)) }) { $1 } : [:],
      result: status == .completed ? result(snapshot) : nil)
  }

  private static func message(_ snapshot: TaskSnapshot) -> String {
    let task = snapshot.task
    if let reason = task.reason { return "\(task.state.rawValue): \(reason.message)".oneLine(bytes: 500) }
    guard task.state == .running else { return task.state.rawValue }
    let running = snapshot.steps.filter { $0.state == .running }.map(\.stepID)
    return running.isEmpty ? "running" : "running \(running.joined(separator: ", "))".oneLine(bytes: 500)
  }

  /// The `CallToolResult` that `submit_task` with `wait` gives.
  private static func result(_ snapshot: TaskSnapshot) -> JSONObject {
    let value = TaskProjection.json(snapshot)
    var fields: JSONObject = [
      "content": [["type": "text", "text": .string(value.jsonText)]], "structuredContent": value,
    ]
    if snapshot.task.state != .completed { fields["isError"] = true }
    return fields
  }
}

/// Answers of clients to what tasks ask.
enum TaskAnswers {
  /// An answer that cannot be taken leaves the question open, so that it is asked again; one that came too late changes
  /// nothing, since the first counts.
  static func give(_ result: ElicitResult, to wait: Wait, _ runtime: CognitiveRuntime, by: String) async {
    guard let (decision, value) = QuestionForm.answer(result, to: wait) else { return }
    _ = try? await runtime.answer(wait.id, decision: decision, value: value, by: by)
  }
}
