package import MCPServer
import SCRProtocol
import SCRRuntime

extension RuntimeResources {
  /// Events of one reading.
  private static let eventLimit = 500

  package func read(_ uri: String, _ context: RequestContext) async throws -> ResourceReading {
    guard let resource = RuntimeURI(uri) else { return try await theirs(uri, context) }
    do { return ResourceReading([try await contents(resource, uri)]) } catch let error as RuntimeError
      where error.kind == .notFound
    { throw ResourceNotFound(uri, hint: error.message) }
  }

  /// Of a tool server.
  private func theirs(_ uri: String, _ context: RequestContext) async throws -> ResourceReading {
    var call = ToolContext()
    call.interaction = CallInteraction(client: context.client)
    do {
      let result = try await runtime.registry.content.read(uri, call)
      return ResourceReading((result["contents"]?.arrayValue ?? []).compactMap { ResourceContents($0) })
    } catch let error as ToolError where error.kind == .notFound {
      throw ResourceNotFound(uri, hint: error.hint ?? error.message)
    }
  }

  private func contents(_ resource: RuntimeURI, _ uri: String) async throws -> ResourceContents {
    switch resource {
    case .status: return Self.json(uri, StatusProjection.json(try await runtime.status()))
    case .events(let since): return try await events(uri, since: since, of: nil)
    case .task(let id): return Self.json(uri, TaskProjection.json(try await runtime.task(TaskID(id))))
    case .result(let id):
      guard let result = try await runtime.task(TaskID(id)).task.result else {
        throw ResourceNotFound(uri, hint: "the task has no result yet")
      }
      return Self.value(uri, result)
    case .taskEvents(let id):
      _ = try await runtime.task(TaskID(id))
      return try await events(uri, since: 0, of: TaskID(id))
    case .findings(let id):
      let page = try await runtime.findings(of: TaskID(id))
      return Self.json(uri, ["findings": .array(page.findings.map(\.json))])
    case .artifact(let id, let step):
      let record = try await runtime.task(TaskID(id)).steps.first { $0.stepID == step }
      guard let value = record?.value else { throw ResourceNotFound(uri, hint: "the step has given nothing yet") }
      return Self.value(uri, value)
    case .memory(let id): return Self.json(uri, try await runtime.memoryRecord(.id(id)).json)
    }
  }

  /// `{events, nextSequence}`; the next reading begins behind `nextSequence`.
  private func events(_ uri: String, since: Int64, of task: TaskID?) async throws -> ResourceContents {
    let events = try await runtime.events(since: since, taskID: task, limit: Self.eventLimit)
    return Self.json(
      uri,
      [
        "events": .array(events.map { .object(EventProjection.fields($0)) }),
        "nextSequence": .integer(events.last?.sequence ?? since),
      ])
  }

  private static func json(_ uri: String, _ value: JSONValue) -> ResourceContents {
    ResourceContents(uri: uri, mimeType: "application/json", .text(value.jsonText))
  }

  /// A text as it is, and of a step's value the text that it has; all else as JSON.
  private static func value(_ uri: String, _ value: JSONValue) -> ResourceContents {
    guard let text = value.stringValue else { return json(uri, value) }
    return ResourceContents(uri: uri, mimeType: "text/plain", .text(text))
  }
}
