import MCPClient
package import SCRProtocol
package import SCRRuntime
import Synchronization

extension ToolServerSource: ContentSource {
  package var content: SourceContent { state.withLock(\.content) }

  package func readResource(_ uri: String, _ context: ToolContext) async throws -> JSONValue {
    try await ask(context, "the resource \(uri.prefix(500))") { try await $0.read(uri, $1) }
  }

  package func prompt(_ name: String, arguments: JSONObject, _ context: ToolContext) async throws -> JSONValue {
    try await ask(context, "the prompt \(name.prefix(200))") { try await $0.prompt(name, arguments: arguments, $1) }
  }

  package func complete(_ params: JSONObject, _ context: ToolContext) async throws -> JSONValue {
    try await ask(context, "completions") { try await $0.complete(params, $1) }
  }

  package func watchResource(_ uri: String, _ onUpdate: @escaping @Sendable () -> Void) -> ToolListObservation? {
    guard state.withLock({ $0.server?.session.peer?.offersResourceUpdates }) == true else { return nil }
    return watches.add(uri, onUpdate)
  }

  private func ask(
    _ context: ToolContext, _ what: String, _ work: (ToolServerProcess, CallOptions) async throws -> JSONValue
  ) async throws -> JSONValue {
    let (server, limit) = try await beginCall()
    defer { callEnded() }
    do {
      var answer = try await work(server, context.options(limit: limit)).objectValue ?? [:]
      // What the era needs is put back by whoever passes it on.
      for key in ["resultType", "ttlMs", "cacheScope", "_meta"] { answer[key] = nil }
      return .object(answer)
    } catch let error as RPCError {
      // Both codes: the older revisions have one of their own (-32002).
      let isUnknown = [ErrorKind.invalidParams.code, -32002].contains(error.code)
      throw ToolError(
        isUnknown ? .notFound : .invalidInput, "\(serverName ?? "") refused \(what): \(error.message)", cause: error)
    } catch {
      throw ToolError(of: error, ToolName(server: serverName ?? "", tool: what)) ?? error
    }
  }
}
