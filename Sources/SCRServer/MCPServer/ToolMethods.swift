import SCRConnection
import SCRProtocol

struct ToolCallRequest: Sendable {
  let id: RequestID
  let name: JSONSlice?
  let arguments: JSONSlice?
  let meta: JSONSlice?
  let progressToken: JSONSlice?
  let era: Era
}

/// `tools/list` and `tools/call`.
struct ToolMethods: Sendable {
  let provider: any ToolProvider
  /// Goes into every modern result (MCP 2026-07-28: servers SHOULD).
  private let serverInfo: JSONValue
  /// `,"_meta":{…}`, made once.
  private let serverInfoMember: [UInt8]
  private let listings = Listings()

  init(provider: any ToolProvider, serverInfo: JSONValue) {
    self.provider = provider
    self.serverInfo = serverInfo
    var writer = JSONWriter()
    writer.raw(",\"_meta\":")
    writer.value(serverInfo)
    serverInfoMember = writer.bytes
  }

  /// Nobody waits any longer for tools that are about to come.
  func inputEnded() { listings.end() }

  // MARK: tools/call

  func call(_ request: ToolCallRequest, on connection: Connection, output: inout JSONWriter) -> Disposition {
    guard let name = request.name?.string else {
      return .error(RPCError(.invalidParams, "\"name\" must be the name of a tool", path: "params.name"))
    }
    if let arguments = request.arguments, !arguments.isObject {
      return .error(RPCError(.invalidParams, "\"arguments\" must be an object", path: "params.arguments"))
    }
    if let outcome = provider.callInline(name, arguments: request.arguments) {
      switch Self.result(of: outcome, request.era) {
      case .success(let result): output.response(request.id) { write(result, request.era, to: &$0) }
      case .failure(let error): return .error(error)
      }
      return .answered
    }
    return .later(.grace) { [self] in
      try await callLater(
        name, request,
        ProgressReporter(
          connection: connection, token: request.progressToken, revision: request.era.revision))
    }
  }

  private func callLater(
    _ name: String, _ request: ToolCallRequest, _ progress: ProgressReporter
  ) async throws -> JSONSlice {
    let arguments: JSONObject
    do throws(JSONParseError) {
      arguments = try request.arguments?.value().objectValue ?? [:]
    } catch { throw RPCError(.invalidParams, "the arguments are too large: \(error)", path: "params.arguments") }
    let call = IncomingToolCall(
      name: name, arguments: arguments, id: request.id, progress: progress,
      idempotencyKey: request.meta?.member(MetaKey.idempotencyKey)?.string)
    defer { progress.end() }
    let outcome: Result<CallToolResult, ToolCallFailure>
    do { outcome = .success(try await provider.call(call)) } catch let failure as ToolCallFailure {
      outcome = .failure(failure)
    }
    var writer = JSONWriter(capacity: 512)
    write(try Self.result(of: outcome, request.era).get(), request.era, to: &writer)
    return JSONSlice(validated: writer.bytes, range: 0..<writer.bytes.count)
  }

  private func write(_ result: CallToolResult, _ era: Era, to writer: inout JSONWriter) {
    result.write(to: &writer, revision: era.revision) { writer in
      if era.isModern { writer.raw(serverInfoMember) }
    }
  }

  private static func result(
    of outcome: Result<CallToolResult, ToolCallFailure>, _ era: Era
  ) -> Result<CallToolResult, RPCError> {
    switch outcome {
    case .success(let result): .success(result)
    case .failure(.unknownTool(let message)):
      .failure(RPCError(.invalidParams, message, path: "params.name", hint: "tools/list shows the tools"))
    case .failure(.invalidArguments(let message, let detail)):
      era.revision >= .november2025
        ? .success(CallToolResult(text: message, structuredContent: detail, isError: true))
        : .failure(RPCError(.invalidParams, message, path: "params.arguments"))
    }
  }

  // MARK: tools/list

  func list(_ params: JSONSlice?, _ era: Era) -> Disposition {
    let cursor = params?.member("cursor")
    if let cursor, cursor.string == nil, !cursor.isNull {
      return .error(RPCError(.invalidParams, "\"cursor\" must be a string", path: "params.cursor"))
    }
    return .later(.grace) { [self] in
      let listing = await listings.first { await provider.listTools() }
      let page = try ToolPage(of: listing.tools, after: cursor?.string)
      return JSONSlice(listResult(page, listing, era))
    }
  }

  private func listResult(_ page: ToolPage, _ listing: ToolListing, _ era: Era) -> JSONValue {
    var result: JSONObject = [:]
    if era.isModern { result["resultType"] = "complete" }
    result["tools"] = .array(page.tools.map { $0.json(for: era.revision) })
    result["nextCursor"] = page.nextCursor.map { .string($0) }
    if era.isModern {
      result["ttlMs"] = .init(listing.ttlMs)
      result["cacheScope"] = "private"
      result["_meta"] = serverInfo
    }
    return .object(result)
  }
}
