import SCRConnection
import SCRProtocol

struct ToolCallRequest: Sendable {
  let request: IncomingRequest
  let name: JSONSlice?
  let arguments: JSONSlice?
  let meta: JSONSlice?
  let progressToken: JSONSlice?
  let era: Era
  let connection: Connection

  var id: RequestID { request.id }
}

/// `tools/list` and `tools/call`.
struct ToolMethods: Sendable {
  let provider: any ToolProvider
  private let offersTasks: Bool
  /// `,"_meta":{…}`, made once: it goes into every modern result (MCP 2026-07-28: servers SHOULD).
  private let serverInfoMember: [UInt8]
  private let listings = Listings()

  init(provider: any ToolProvider, serverInfo: JSONValue, offersTasks: Bool) {
    self.provider = provider
    self.offersTasks = offersTasks
    var writer = JSONWriter()
    writer.raw(",\"_meta\":")
    writer.value(serverInfo)
    serverInfoMember = writer.bytes
  }

  /// Nobody waits any longer for tools that are about to come.
  func inputEnded() { listings.end() }

  // MARK: tools/call

  func call(_ request: ToolCallRequest, of server: MCPServerHandler, output: inout JSONWriter) -> Disposition {
    guard let name = request.name?.string else {
      return .error(RPCError(.invalidParams, "\"name\" must be the name of a tool", path: "params.name"))
    }
    if let arguments = request.arguments, !arguments.isObject {
      return .error(RPCError(.invalidParams, "\"arguments\" must be an object", path: "params.arguments"))
    }
    var demand: TaskOffer?
    if offersTasks, request.era == .legacy(.november2025) {
      do throws(RPCError) { demand = try legacyOffer(name, request) } catch { return .error(error) }
    }
    if demand?.isDemanded != true, let outcome = provider.callInline(name, arguments: request.arguments) {
      switch Self.result(of: outcome, request.era) {
      case .success(let result): output.response(request.id) { write(result, request.era, to: &$0) }
      case .failure(let error): return .error(error)
      }
      return .answered
    }
    return .later(.grace) { [self, demand] in try await callLater(name, request, demand, server) }
  }

  private func callLater(
    _ name: String, _ request: ToolCallRequest, _ demand: TaskOffer?, _ server: MCPServerHandler
  ) async throws -> JSONSlice {
    let arguments: JSONObject
    do throws(JSONParseError) {
      arguments = try request.arguments?.value().objectValue ?? [:]
    } catch { throw RPCError(.invalidParams, "the arguments are too large: \(error)", path: "params.arguments") }
    let client = server.session.client(request.era, request.meta)
    let offer = request.era.isModern && offersTasks && client.capabilities.takesTasks ? TaskOffer() : demand
    let interactive = InteractiveRequest(
      id: request.id, method: request.request.method, subject: name, params: request.request.params,
      meta: request.meta, progressToken: request.progressToken, era: request.era, client: client,
      connection: request.connection)
    return try await server.rounds.answer(interactive) { context in
      let call = IncomingToolCall(
        name: name, arguments: arguments, context: context,
        idempotencyKey: request.meta?.member(MetaKey.idempotencyKey)?.string, taskOffer: offer)
      let outcome: Result<CallToolResult, ToolCallFailure>
      do {
        switch try await provider.answer(call) {
        case .result where demand?.isDemanded == true:
          throw RPCError(.internal, "the tool \"\(name)\" made no task of a call that was to become one")
        case .result(let result): outcome = .success(result)
        case .task(let task): return try await taskResult(task, offer, request, server)
        }
      } catch let failure as ToolCallFailure { outcome = .failure(failure) }
      var writer = JSONWriter(capacity: 512)
      write(try Self.result(of: outcome, request.era).get(), request.era, to: &writer)
      return JSONSlice(validated: writer.bytes, range: 0..<writer.bytes.count)
    }
  }

  /// What `params.task` asks for, and whether the tool goes along (MCP 2025-11-25, tasks).
  private func legacyOffer(_ name: String, _ request: ToolCallRequest) throws(RPCError) -> TaskOffer? {
    let task = request.request.params?.member("task")
    let support = provider.taskSupport(of: name)
    guard let task else {
      if support == .required {
        throw RPCError(
          .methodNotFound, "the tool \"\(name.prefix(200))\" runs as a task only", path: "params.task",
          hint: "send \"task\" with the call")
      }
      return nil
    }
    guard task.isObject else { throw RPCError(.invalidParams, "\"task\" must be an object", path: "params.task") }
    if support == .forbidden {
      throw RPCError(
        .methodNotFound, "the tool \"\(name.prefix(200))\" does not run as a task", path: "params.task",
        hint: "leave \"task\" out")
    }
    let ttl = (try? task.member("ttl")?.value())?.integerValue
    return TaskOffer(isDemanded: true, ttlMs: ttl.flatMap(Int.init(exactly:)))
  }

  private func taskResult(
    _ task: MCPTask, _ offer: TaskOffer?, _ request: ToolCallRequest, _ server: MCPServerHandler
  ) async throws -> JSONSlice {
    guard offer != nil else {
      throw RPCError(.internal, "the server made a task of a call whose client takes none")
    }
    if request.era.isModern { return server.results.complete(task.summary, request.era, type: "task") }
    await server.watch(task.id, request.connection)
    return JSONSlice(["task": .object(task.legacy)])
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

  func list(_ request: AdmittedRequest, _ results: ResultWriter) -> Disposition {
    let page: PageRequest
    do throws(RPCError) { page = try ListCursor.page(request.params) } catch { return .error(error) }
    return .later(.grace) { [self] in
      let listing = await listings.first { await provider.listTools() }
      let tools = ProviderPage(of: listing.tools, key: \.name, page, ttlMs: listing.ttlMs)
      return results.list("tools", tools, request.era) { $0.json(for: request.era.revision) }
    }
  }
}
