import SCRConnection
import SCRProtocol

// The experimental tasks of revision 2025-11-25.
extension MCPServerHandler {
  func legacyTasks(_ request: AdmittedRequest, _ provider: any MCPTaskProvider) -> Disposition? {
    switch request.method {
    case "tasks/list":
      return .later(.grace) { [results] in
        let page = try await provider.tasks(try ListCursor.page(request.params))
        return results.list("tasks", page, request.era) { .object($0.legacy) }
      }
    case "tasks/get":
      return .later(.grace) {
        let id = try request.text("taskId")
        guard let task = try await provider.get(id) else { throw Self.unknownTask(id) }
        return JSONSlice(.object(task.legacy))
      }
    case "tasks/cancel":
      return .later(.grace) {
        let id = try request.text("taskId")
        guard let before = try await provider.get(id) else { throw Self.unknownTask(id) }
        if before.status.isFinal {
          throw RPCError(
            .invalidParams, "the task has ended already: it is \(before.status.rawValue)", path: "params.taskId")
        }
        guard let task = try await provider.cancel(id) else { throw Self.unknownTask(id) }
        return JSONSlice(.object(task.legacy))
      }
    case "tasks/result": return .later(.grace) { [self] in try await legacyResult(request, provider) }
    default: return nil
    }
  }

  private func legacyResult(_ request: AdmittedRequest, _ provider: any MCPTaskProvider) async throws -> JSONSlice {
    let id = try request.text("taskId")
    let meta: JSONObject = [MetaKey.relatedTask.description: ["taskId": .string(id)]]
    let desk = WireDesk(
      connection: request.connection, capabilities: session.client(request.era, nil).capabilities,
      revision: .november2025, meta: meta)
    let task = try await TaskWait(provider: provider, client: ClientRequests(desk)).result(of: id)
    guard let task else { throw Self.unknownTask(id) }
    switch task.status {
    case .completed:
      var writer = JSONWriter(capacity: 512)
      let result = CallToolResult(.object(task.result ?? [:])) ?? CallToolResult(content: [])
      result.write(to: &writer, revision: .november2025) {
        $0.raw(",\"_meta\":")
        $0.object(meta)
      }
      return JSONSlice(validated: writer.bytes, range: 0..<writer.bytes.count)
    case .failed: throw task.error ?? RPCError(.internal, "the task failed")
    default: throw RPCError(.cancelled, "the task was cancelled", taskID: id)
    }
  }

  /// Tells the client how its task fares (`notifications/tasks/status`), until it has ended.
  func watch(_ id: String, _ connection: Connection) async {
    guard let provider = offer.tasks else { return }
    let observation = await provider.observe(id) { [weak connection, watches] task in
      connection?.notifyLatest("notifications/tasks/status", token: .string(id), params: .object(task.legacy))
      if task.status.isFinal { watches.remove(id) }
    }
    if let observation { watches.add(id, observation) }
  }
}
