import SCRProtocol
import SCRRuntime

extension RuntimeVerb {
  /// Memory as MCP tools.
  static func memory(_ runtime: CognitiveRuntime) -> [RuntimeVerb] {
    let verbs = MemoryVerbs(runtime: runtime)
    return [
      RuntimeVerb(
        "search_memory", "Search memory", MemoryVerbs.searchSummary, SearchMemoryParams.shape,
        outputSchema: VerbSchema.memoryHits, annotations: VerbSchema.reads
      ) { params, _ in try await verbs.search(params) },
      RuntimeVerb(
        "list_memory", "List memory", MemoryVerbs.listSummary, ListMemoryParams.shape,
        outputSchema: VerbSchema.memoryRecords, annotations: VerbSchema.reads
      ) { params, _ in try await verbs.list(params) },
      RuntimeVerb(
        "get_memory", "Get a record of memory", MemoryVerbs.getSummary, MemoryReferenceParams.shape,
        outputSchema: VerbSchema.memoryRecord, annotations: VerbSchema.reads
      ) { params, _ in try await verbs.get(params) },
      RuntimeVerb(
        "put_memory", "Remember", MemoryVerbs.putSummary, PutMemoryParams.shape, outputSchema: VerbSchema.memoryRecord,
        annotations: ["readOnlyHint": false, "destructiveHint": true, "idempotentHint": false, "openWorldHint": false]
      ) { params, _ in try await verbs.put(params) },
      RuntimeVerb(
        "forget_memory", "Forget", MemoryVerbs.forgetSummary, ForgetMemoryParams.shape,
        outputSchema: VerbSchema.forgotten,
        annotations: ["readOnlyHint": false, "destructiveHint": true, "idempotentHint": true, "openWorldHint": false]
      ) { params, _ in try await verbs.forget(params) },
    ]
  }
}

extension VerbSchema {
  private static let record: JSONObject = [
    "id": ["type": "string"], "namespace": ["type": "string"], "kind": ["type": "string"], "key": ["type": "string"],
    "text": ["type": "string"], "value": [:], "tags": ["type": "array", "items": ["type": "string"]],
    "provenance": ["type": "object"], "pinned": ["type": "boolean"], "revision": ["type": "integer"],
    "size": ["type": "integer"], "createdAt": ["type": "string"], "updatedAt": ["type": "string"],
    "expiresAt": ["type": "string"], "evicted": ["type": "integer"],
  ]
  fileprivate static let memoryRecord = object(record)
  fileprivate static let memoryRecords = object([
    "records": ["type": "array", "items": ["type": "object"]], "nextCursor": ["type": "string"],
    "damaged": ["type": "array", "items": ["type": "string"]],
  ])
  fileprivate static let memoryHits = object([
    "hits": ["type": "array", "items": ["type": "object"]], "nextCursor": ["type": "string"],
    "damaged": ["type": "array", "items": ["type": "string"]],
  ])
  fileprivate static let forgotten = object(["forgotten": ["type": "boolean"]])
}
