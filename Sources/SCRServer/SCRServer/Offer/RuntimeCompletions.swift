import MCPServer
package import SCRProtocol
package import SCRRuntime

/// Values for the arguments of prompts and of resource templates.
package struct RuntimeCompletions: CompletionProvider {
  private let runtime: CognitiveRuntime

  package init(runtime: CognitiveRuntime) { self.runtime = runtime }

  package func complete(_ request: CompletionRequest) async throws -> Completion {
    switch request.reference {
    case .prompt(let name) where catalogue.prompts.contains { $0.offered == name }:
      return try await theirs(request, ["type": "ref/prompt", "name": .string(name)])
    case .resource(let uri) where catalogue.templates.contains { $0.offered == uri }:
      return try await theirs(request, ["type": "ref/resource", "uri": .string(uri)])
    case .prompt(let name):
      guard let prompt = runtime.offeredPrompts.first(where: { $0.name == name }) else {
        throw RPCError(.invalidParams, "there is no prompt \"\(name.prefix(100))\"", path: "params.ref.name")
      }
      guard prompt.arguments.contains(where: { $0.name == request.argument }), request.argument == "goal" else {
        return Completion([])
      }
      return try await goals(request.value)
    case .resource(let uri):
      guard uri.hasPrefix("scr://") else {
        throw RPCError(.invalidParams, "there is no template \"\(uri.prefix(200))\"", path: "params.ref.uri")
      }
      switch request.argument {
      case "taskId": return try await tasks(request.value)
      case "recordId": return try await records(request.value)
      case "stepId": return try await steps(request)
      default: return Completion([])
      }
    }
  }

  private var catalogue: ContentCatalogue { runtime.registry.content.catalogue }

  /// Asks the tool server whose it is.
  private func theirs(_ request: CompletionRequest, _ reference: JSONObject) async throws -> Completion {
    var params: JSONObject = [
      "ref": .object(reference), "argument": ["name": .string(request.argument), "value": .string(request.value)],
    ]
    if !request.known.isEmpty {
      let known = request.known.sorted { $0.key < $1.key }.map { JSONField(key: $0.key, value: .string($0.value)) }
      params["context"] = ["arguments": .object(JSONObject(known))]
    }
    let answer = try await runtime.registry.content.complete(params, ToolContext())["completion"]
    return Completion(
      answer?["values"]?.arrayValue?.compactMap(\.stringValue) ?? [],
      total: answer?["total"]?.integerValue.flatMap { Int(exactly: $0) }, hasMore: answer?["hasMore"]?.boolValue)
  }

  /// Of the newest tasks, as many as are looked at for one answer.
  private static let depth = 500

  private func goals(_ value: String) async throws -> Completion {
    let page = try await runtime.tasks(TaskQuery(limit: Self.depth))
    var seen: Set<String> = []
    let goals = page.tasks.compactMap(\.goal).filter { $0.hasPrefix(value) && seen.insert($0).inserted }
    return Completion(goals, hasMore: page.nextCursor == nil ? nil : true)
  }

  private func tasks(_ value: String) async throws -> Completion {
    let page = try await runtime.tasks(TaskQuery(limit: Self.depth))
    return Completion(
      page.tasks.map(\.id.text).filter { $0.hasPrefix(value) }, hasMore: page.nextCursor == nil ? nil : true)
  }

  private func records(_ value: String) async throws -> Completion {
    var query = MemoryQuery(now: runtime.now)
    query.limit = Self.depth
    let page = try await runtime.searchMemory(query)
    return Completion(
      page.hits.map(\.record.id).filter { $0.hasPrefix(value) }, hasMore: page.nextCursor == nil ? nil : true)
  }

  /// Steps of the task that is named already.
  private func steps(_ request: CompletionRequest) async throws -> Completion {
    guard let id = request.known["taskId"], let task = try? await runtime.task(TaskID(id)) else {
      return Completion([])
    }
    return Completion(task.steps.map(\.stepID).filter { $0.hasPrefix(request.value) })
  }
}
