/// Parameters of `search_memory`.
package struct SearchMemoryParams: Sendable, Hashable {
  package var text = ""
  package var syntax: String?
  package var filter = MemoryFilterParams()

  package init() {}

  package static let shape = Shape(
    "SearchMemoryParams", Self.init,
    .required("text", \.text, .string, "What to look for, in plain words; nothing in it is syntax unless asked for."),
    .optional(
      "syntax", \.syntax, .oneOf(["all", "any", "operators"]),
      "all (unless given): every word; any: one of them; operators: \"a phrase\", begin*, -without, this OR that."),
    .optional("namespace", \.filter.namespace, .string, "Only there; everywhere unless given."),
    .optional(
      "kinds", \.filter.kinds, .array(of: .string), "Only these: task, result, fact, finding, agent_state or others."),
    .optional("tags", \.filter.tags, .array(of: .string), "Only records that have all of them."),
    .optional("taskId", \.filter.taskID, .string, "Only what came from this task."),
    .optional("since", \.filter.since, .string, "Only what was written at this time or later, RFC 3339."),
    .optional("until", \.filter.until, .string, "Only what was written before this time, RFC 3339."),
    .optional("cursor", \.filter.cursor, .string, "nextCursor of the page before."),
    .optional(
      "limit", \.filter.limit, .integer(1...500), "Hits per page; 20 unless given. A search ranks 1000 at most."))
}

/// Parameters of `list_memory`.
package struct ListMemoryParams: Sendable, Hashable {
  package var filter = MemoryFilterParams()

  package init() {}

  package static let shape = Shape(
    "ListMemoryParams", Self.init,
    .optional("namespace", \.filter.namespace, .string, "Only there; everywhere unless given."),
    .optional(
      "kinds", \.filter.kinds, .array(of: .string), "Only these: task, result, fact, finding, agent_state or others."),
    .optional("tags", \.filter.tags, .array(of: .string), "Only records that have all of them."),
    .optional("taskId", \.filter.taskID, .string, "Only what came from this task."),
    .optional("since", \.filter.since, .string, "Only what was written at this time or later, RFC 3339."),
    .optional("until", \.filter.until, .string, "Only what was written before this time, RFC 3339."),
    .optional("cursor", \.filter.cursor, .string, "nextCursor of the page before."),
    .optional("limit", \.filter.limit, .integer(1...500), "Records per page; 50 unless given."))
}

/// What searches and lists may leave out.
package struct MemoryFilterParams: Sendable, Hashable {
  package var namespace: String?
  package var kinds: [String]?
  package var tags: [String]?
  package var taskID: String?
  package var since: String?
  package var until: String?
  package var cursor: String?
  package var limit: Int?

  package init() {}
}

/// Which record: by its id, or by kind and key. Parameters of `get_memory`.
package struct MemoryReferenceParams: Sendable, Hashable {
  package var id: String?
  package var kind: String?
  package var key: String?
  package var namespace: String?

  package init() {}

  package static let shape = Shape(
    "GetMemoryParams", Self.init,
    .optional("id", \.id, .string, "The record's id. Give this, or kind and key."),
    .optional("kind", \.kind, .string, "The record's kind; fact unless given."),
    .optional("key", \.key, .string, "The record's key. What a task came to has the task's id."),
    .optional("namespace", \.namespace, .string, "Where it is; default unless given, and tasks for what tasks came to.")
  )
}

/// Parameters of `forget_memory`.
package struct ForgetMemoryParams: Sendable, Hashable {
  package var reference = MemoryReferenceParams()
  package var ifRevision: Int?

  package init() {}

  package static let shape = Shape(
    "ForgetMemoryParams", Self.init,
    .optional("id", \.reference.id, .string, "The record's id. Give this, or kind and key."),
    .optional("kind", \.reference.kind, .string, "The record's kind; fact unless given."),
    .optional("key", \.reference.key, .string, "The record's key."),
    .optional("namespace", \.reference.namespace, .string, "Where it is; default unless given."),
    .optional(
      "ifRevision", \.ifRevision, .integer(1...9_007_199_254_740_991), "Only if it was written so often; conflict else."
    ))
}

/// Parameters of `put_memory`.
package struct PutMemoryParams: Sendable, Hashable {
  package var text: String?
  package var value: JSONValue?
  package var kind: String?
  package var key: String?
  package var namespace: String?
  package var tags: [String]?
  package var provenance: MemoryProvenanceParams?
  package var pinned: Bool?
  package var ttlMs: Int?
  package var ifRevision: Int?

  package init() {}

  package static let shape = Shape(
    "PutMemoryParams", Self.init,
    .optional(
      "text", \.text, .string, "What is to be kept and found by its words, up to 256 KiB. Give this or a value."),
    .optional("value", \.value, .any([:]), "The same or more as any JSON, up to 256 KiB."),
    .optional("kind", \.kind, .string, "fact unless given."),
    .optional(
      "key", \.key, .string,
      "One record for each namespace, kind and key: a second replaces the first. New unless given."),
    .optional("namespace", \.namespace, .string, "default unless given."),
    .optional("tags", \.tags, .array(of: .string), "Words to filter by, 32 at most."),
    .optional("provenance", \.provenance, .shaped(MemoryProvenanceParams.shape), "Where it came from."),
    .optional("pinned", \.pinned, .bool, "Never make room for newer records."),
    .optional("ttlMs", \.ttlMs, .integer(1...315_360_000_000), "Forget it after so long."),
    .optional(
      "ifRevision", \.ifRevision, .integer(0...9_007_199_254_740_991),
      "Only if it was written so often, 0 for never; conflict else."))
}

/// `provenance` of a record.
package struct MemoryProvenanceParams: Sendable, Hashable {
  package var taskID: String?
  package var stepID: String?
  package var agent: String?
  package var tool: String?
  package var server: String?
  package var untrusted: Bool?

  package init() {}

  package static let shape = Shape(
    "MemoryProvenance", Self.init,
    .optional("taskId", \.taskID, .string, "The task that it came from."),
    .optional("stepId", \.stepID, .string, "The step that it came from."),
    .optional("agent", \.agent, .string, "Who put it down."),
    .optional("tool", \.tool, .string, "The tool whose words they are."),
    .optional("server", \.server, .string, "The tool server it belongs to."),
    .optional(
      "untrusted", \.untrusted, .bool,
      "Whether the text came from a tool that nobody vouches for; true where a server is named, unless given."))
}
