package import SCRProtocol
package import SCRRuntime

/// What became of a retry of several tasks, as clients see it.
package enum RetryProjection {
  /// `{retried: [{taskId, retryOf, state}], refused: [{taskId, kind, message}], nextCursor?}`.
  package static func json(_ page: RetryPage) -> JSONValue {
    let retried = page.retried.map { retried -> JSONValue in
      [
        "taskId": .string(retried.new.id.text), "retryOf": .string(retried.old.text),
        "state": .string(retried.new.state.rawValue),
      ]
    }
    let refused = page.refused.map { refused -> JSONValue in
      [
        "taskId": .string(refused.id.text), "kind": .string(refused.error.kind.name),
        "message": .string(refused.error.description),
      ]
    }
    var fields: JSONObject = ["retried": .array(retried), "refused": .array(refused)]
    fields["nextCursor"] = page.nextCursor.map { .string($0) }
    return .object(fields)
  }
}
