import SCRProtocol

extension ResultShape {
  /// Of the methods about memory, findings and models.
  static let knowledge: [ResultShape] = [
    ResultShape(
      "MemoryHits", "What was found in memory, the best first.",
      [.always("hits", .list(of: "MemoryHit"))] + Field.page + [.perhaps("damaged", .names)]),
    ResultShape(
      "MemoryList", "What is remembered, the newest first.",
      [.always("records", .list(of: "MemoryRecord"))] + Field.page + [.perhaps("damaged", .names)]),
    ResultShape(
      "MemoryRecord", "A record of memory; evicted counts those that had to make room for it.",
      record + [.perhaps("evicted", .count)]),
    ResultShape(
      "MemoryHit", "A record that was found, with the words that matched.",
      record + [.perhaps("score", .decimal), .always("snippet", .list(of: "SnippetPart"))]),
    ResultShape(
      "SnippetPart", "A piece of a record's text.", .always("text", .text), .perhaps("match", ["const": true])),
    ResultShape(
      "MemoryProvenance", "Where a record came from.", .perhaps("taskId", .text), .perhaps("stepId", .text),
      .perhaps("agent", .text), .perhaps("tool", .text), .perhaps("server", .text), .always("untrusted", .flag)),
    ResultShape("MemoryForgotten", "The record is gone for good.", .always("forgotten", ["const": true])),
    ResultShape(
      "Finding", "Something worth knowing for a task's other steps.", .always("number", .count), .always("at", .moment),
      .always("taskId", .text), .perhaps("stepId", .text), .perhaps("source", .text), .always("value", true)),
    ResultShape(
      "FindingPage", "What was found for a task and its family.",
      [.always("findings", .list(of: "Finding"))] + Field.page),
    ResultShape("FindingsCleared", "How many findings were removed.", .always("removed", .count)),
    ResultShape(
      "ChatAnswer", "A model's answer and what it took; dropped counts pieces that a slow reader did not get.",
      .always("message", .shape("ChatMessage")), .perhaps("provider", .text), .perhaps("model", .text),
      .perhaps("finish", .text), .perhaps("scripted", .flag),
      .perhaps("degraded", .flag), .perhaps("cached", .flag), .always("usage", .shape("ModelUsage")),
      .always("turns", .count), .perhaps("calls", .counts), .perhaps("uncounted", .flag), .always("dropped", .count)),
    ResultShape(
      "ChatMessage", "What a model said.", .always("role", ["const": "assistant"]), .always("content", .text)),
    ResultShape(
      "ModelUsage", "What requests to models took.", .always("inputTokens", .count), .always("outputTokens", .count),
      .perhaps("cachedTokens", .count), .perhaps("cacheWriteTokens", .count), .perhaps("reasoningTokens", .count),
      .perhaps("costUSD", .decimal)),
    ResultShape(
      "ModelUsageReport", "What models took over some days.", .always("since", .text), .always("until", .text),
      .always("rows", .list(of: "ModelAccount")), .always("total", .shape("ModelAccount"))),
    ResultShape(
      "ModelAccount", "What models took, told apart as far as was asked.", .perhaps("day", .text),
      .perhaps("provider", .text), .perhaps("model", .text), .perhaps("role", .text), .perhaps("taskId", .text),
      .always("calls", .count), .always("failures", .count), .always("cached", .count),
      .always("usage", .shape("ModelUsage"))),
  ]

  private static let record: [Field] = [
    .always("id", .text), .always("namespace", .text), .always("kind", .text), .always("key", .text),
    .always("text", .text), .perhaps("value", true), .always("tags", .names),
    .always("provenance", .shape("MemoryProvenance")), .always("pinned", .flag), .always("revision", .count),
    .always("size", .count), .always("createdAt", .moment), .always("updatedAt", .moment),
    .perhaps("expiresAt", .moment),
  ]
}
