import MCPServer
package import SCRProtocol
package import SCRRuntime

/// Values for the arguments of prompts and of resource templates.
package struct RuntimeCompletions: CompletionProvider {
  private let runtime: CognitiveRuntime

  package init(runtime: CognitiveRuntime) { self.runtime = runtime }

  package func complete(_ request: CompletionRequest) async throws -> Completion {
    switch request.reference {
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
