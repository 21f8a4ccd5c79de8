import SCRProtocol
import SCRRuntime

/// What clients do with memory, without the manner in which they ask: native methods and MCP tools share it.
struct MemoryVerbs: Sendable {
  let runtime: CognitiveRuntime

  static let searchSummary =
    "Searches what is remembered: facts that were put in, and what earlier tasks came to. The best first, with the words found."
  static let listSummary = "Lists what is remembered, the newest first."
  static let getSummary = "Gives one record of memory, by its id or by kind and key."
  static let putSummary =
    "Keeps a text or value in memory, on the disk when it answers. At the quota of its namespace the oldest unpinned records make room."
  static let forgetSummary = "Removes one record of memory for good."

  func search(_ params: SearchMemoryParams) async throws -> JSONValue {
    let syntax = params.syntax.flatMap(MemoryMatch.Syntax.init) ?? .all
    var query = try query(params.filter, limit: 20)
    query.match = MemoryMatch(params.text, syntax: syntax)
    let page = try await runtime.searchMemory(query, text: syntax == .operators ? nil : params.text)
    return MemoryProjection.hits(page)
  }

  func list(_ params: ListMemoryParams) async throws -> JSONValue {
    MemoryProjection.records(try await runtime.searchMemory(query(params.filter, limit: 50)))
  }

  func get(_ params: MemoryReferenceParams) async throws -> JSONValue {
    try await runtime.memoryRecord(reference(params)).json
  }

  /// The record, with `evicted` where others had to make room.
  func put(_ params: PutMemoryParams) async throws -> JSONValue {
    guard params.text?.isEmpty == false || params.value != nil else {
      throw RPCError(
        .invalidParams, "there is nothing to remember", path: "params.text", hint: "give a text, a value, or both")
    }
    let kind = params.kind.map { MemoryKind(rawValue: $0) } ?? .fact
    let address = MemoryAddress(
      kind, params.key ?? MemoryRecord.randomID(), in: params.namespace ?? MemoryAddress.defaultNamespace)
    let content = MemoryContent(
      text: params.text ?? "", value: params.value, tags: params.tags ?? [],
      provenance: params.provenance.map(MemoryProvenance.init) ?? MemoryProvenance(), isPinned: params.pinned ?? false,
      expiresAt: params.ttlMs.map { runtime.now + .milliseconds($0) })
    let condition: MemoryCondition =
      params.ifRevision.map { $0 == 0 ? .absent : .revision(Int64($0)) } ?? .always
    let (record, evicted) = try await runtime.putMemory(address, content, if: condition)
    var fields = record.json.objectValue ?? [:]
    if evicted > 0 { fields["evicted"] = JSONValue(evicted) }
    return .object(fields)
  }

  func forget(_ params: ForgetMemoryParams) async throws -> JSONValue {
    let condition = params.ifRevision.map { MemoryCondition.revision(Int64($0)) } ?? .always
    try await runtime.forgetMemory(reference(params.reference), if: condition)
    return ["forgotten": true]
  }

  private func query(_ params: MemoryFilterParams, limit: Int) throws(RPCError) -> MemoryQuery {
    var query = MemoryQuery(now: runtime.now)
    query.namespace = params.namespace
    query.kinds = params.kinds?.map { MemoryKind(rawValue: $0) } ?? []
    query.tags = params.tags ?? []
    query.taskID = params.taskID.map { TaskID($0) }
    query.since = try moment(params.since, "params.since")
    query.until = try moment(params.until, "params.until")
    query.cursor = params.cursor
    query.limit = params.limit ?? limit
    return query
  }

  private func moment(_ text: String?, _ path: String) throws(RPCError) -> Timestamp? {
    guard let text else { return nil }
    if let moment = Timestamp(text) { return moment }
    throw RPCError(
      .invalidParams, "\(path): \"\(text.prefix(100))\" is no time", path: path,
      hint: "write it as 2026-11-24T12:00:00Z")
  }

  private func reference(_ params: MemoryReferenceParams) throws(RPCError) -> MemoryReference {
    switch (params.id, params.key) {
    case (let id?, nil): return .id(id)
    case (nil, let key?):
      let kind = params.kind.map { MemoryKind(rawValue: $0) } ?? .fact
      return .address(MemoryAddress(kind, key, in: params.namespace ?? MemoryAddress.defaultNamespace))
    default:
      throw RPCError(
        .invalidParams, "the record is \(params.id == nil ? "not named" : "named twice")", path: "params.id",
        hint: "give either its id, or its kind and key")
    }
  }
}

extension MemoryProvenance {
  fileprivate init(_ params: MemoryProvenanceParams) {
    self.init(
      taskID: params.taskID.map { TaskID($0) }, stepID: params.stepID, agent: params.agent, tool: params.tool,
      server: params.server, isUntrusted: params.untrusted ?? (params.server != nil))
  }
}
