import SCRConnection
import SCRProtocol

// `tasks/…`: the extension of the modern era, and the experimental tasks of revision 2025-11-25.
extension MCPServerHandler {
  /// Nil for other methods, where there are no tasks, and in revisions without them.
  func tasks(_ request: AdmittedRequest) -> Disposition? {
    guard let provider = offer.tasks, request.method.hasPrefix("tasks/") else { return nil }
    if request.era == .legacy(.november2025) { return legacyTasks(request, provider) }
    guard request.era.isModern else { return nil }
    let body: (@Sendable (String) async throws -> JSONObject?)
    switch request.method {
    case "tasks/get": body = { try await provider.get($0)?.detail }
    case "tasks/update":
      body = { id in
        guard let fields = try request.tree()["inputResponses"]?.objectValue else {
          throw RPCError(
            .invalidParams, "\"inputResponses\" must be an object with keys that the task asked for",
            path: "params.inputResponses")
        }
        var responses: [String: JSONValue] = [:]
        for field in fields { responses[field.key] = field.value }
        return try await provider.update(id, responses) ? [:] : nil
      }
    case "tasks/cancel": body = { try await provider.cancel($0).map { _ in [:] } }
    default: return nil
    }
    if !session.client(request.era, request.meta).capabilities.takesTasks { return .error(Self.needsTasks) }
    return .later(.grace) { [results] in
      let id = try request.text("taskId")
      guard let members = try await body(id) else { throw Self.unknownTask(id) }
      return results.complete(members, request.era)
    }
  }

  /// −32021: tasks are for those who know what they are.
  static var needsTasks: RPCError {
    RPCError(
      .missingCapability,
      "tasks need a client that has declared the extension \"\(ClientCapabilities.tasksExtension)\"",
      extra: ["requiredCapabilities": ["extensions": [ClientCapabilities.tasksExtension: [:]]]])
  }

  static func unknownTask(_ id: String) -> RPCError {
    RPCError(
      .invalidParams, "there is no task \"\(id.prefix(200))\", or it is not kept any more", path: "params.taskId")
  }
}
