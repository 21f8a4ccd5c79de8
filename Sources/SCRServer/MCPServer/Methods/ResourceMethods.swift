import SCRConnection
import SCRProtocol

// `resources/…`.
extension MCPServerHandler {
  /// Nil for other methods, and where there are no resources.
  func resources(_ request: AdmittedRequest) -> Disposition? {
    guard let provider = offer.resources else { return nil }
    let (era, results) = (request.era, results)
    switch request.method {
    case "resources/list":
      return .later(.grace) {
        let page = try await provider.resources(try ListCursor.page(request.params))
        return results.list("resources", page, era) { $0.json(for: era.revision) }
      }
    case "resources/templates/list":
      return .later(.grace) {
        let page = try await provider.templates(try ListCursor.page(request.params))
        return results.list("resourceTemplates", page, era) { $0.templateJSON(for: era.revision) }
      }
    case "resources/read": return .later(.grace) { [self] in try await read(request, provider) }
    case "resources/subscribe" where !era.isModern && provider.tellsOfUpdates:
      return .later(.grace) { [self] in try await subscribe(request, provider) }
    case "resources/unsubscribe" where !era.isModern && provider.tellsOfUpdates:
      return .later(.grace) { [self] in
        let uri = try request.text("uri")
        session.unsubscribe(uri)
        request.connection.dropLatest(Self.updated, token: .string(uri))
        return JSONSlice([:])
      }
    default: return nil
    }
  }

  private func read(_ request: AdmittedRequest, _ provider: any ResourceProvider) async throws -> JSONSlice {
    let (uri, era, results) = (try request.text("uri"), request.era, results)
    return try await rounds.answer(request.interactive(uri, session)) { context in
      do {
        let reading = try await provider.read(uri, context)
        let contents = reading.contents.map { $0.json(for: era.revision) }
        return results.complete(["contents": .array(contents)], era, ttlMs: reading.ttlMs)
      } catch let missing as ResourceNotFound { throw missing.rpcError(era) }
    }
  }

  private static let updated = "notifications/resources/updated"

  private func subscribe(_ request: AdmittedRequest, _ provider: any ResourceProvider) async throws -> JSONSlice {
    let uri = try request.text("uri")
    let observation = await provider.observe(uri) { [weak connection = request.connection] in
      connection?.notifyLatest(Self.updated, token: .string(uri), params: ["uri": .string(uri)])
    }
    guard let observation else { throw ResourceNotFound(uri).rpcError(request.era) }
    guard session.subscribe(uri, observation, limit: limits.subscribedItems) else {
      throw RPCError(
        .rateLimited, "the client has subscribed to \(limits.subscribedItems) resources already",
        hint: "unsubscribe from some")
    }
    return JSONSlice([:])
  }
}

extension ResourceNotFound {
  /// −32002 until revision 2025-11-25 (MCP, resources), −32602 since.
  func rpcError(_ era: Era) -> RPCError {
    var error = RPCError(
      .invalidParams, "there is no resource \"\(uri.prefix(200))\"", path: "params.uri",
      hint: hint ?? "resources/list and resources/templates/list show what there is",
      extra: ["uri": .string(String(uri.prefix(2000)))])
    if !era.isModern { error.code = -32002 }
    return error
  }
}
