package import SCRProtocol
package import SCRRuntime

/// Memory as clients see it.
package enum MemoryProjection {
  /// `{hits: [{…record, score, snippet: [{text, match?}]}], nextCursor?, damaged?}`.
  package static func hits(_ page: MemoryPage) -> JSONValue { fields("hits", page, hit) }

  /// `{records, nextCursor?, damaged?}`.
  package static func records(_ page: MemoryPage) -> JSONValue { fields("records", page) { $0.record.json } }

  private static func fields(_ name: String, _ page: MemoryPage, _ hit: (MemoryHit) -> JSONValue) -> JSONValue {
    var fields = JSONObject()
    fields[name] = .array(page.hits.map(hit))
    fields["nextCursor"] = page.nextCursor.map { .string($0) }
    if !page.damaged.isEmpty { fields["damaged"] = .array(page.damaged.map { .string($0) }) }
    return .object(fields)
  }

  private static func hit(_ hit: MemoryHit) -> JSONValue {
    var fields = hit.record.json.objectValue ?? [:]
    fields["score"] = hit.score.map { JSONValue(($0 * 10_000).rounded() / 10_000) }
    fields["snippet"] = .array(
      hit.snippet.map { part in
        var fields: JSONObject = ["text": .string(part.text)]
        if part.isMatch { fields["match"] = true }
        return .object(fields)
      })
    return .object(fields)
  }

  /// `{records, problems: [{record?, message}], moreProblems, repaired, namespaces}`.
  package static func report(_ report: MemoryReport) -> JSONValue {
    [
      "records": JSONValue(report.records),
      "problems": .array(
        report.problems.map { problem in
          var fields = JSONObject()
          fields["record"] = problem.record.map { .string($0) }
          fields["message"] = .string(problem.message)
          return .object(fields)
        }),
      "moreProblems": JSONValue(report.moreProblems), "repaired": .bool(report.isRepaired),
      "namespaces": .array(report.usage.map(\.json)),
    ]
  }
}
