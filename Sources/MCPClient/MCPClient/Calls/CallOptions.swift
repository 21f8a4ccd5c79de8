package import SCRProtocol

/// How one request is made, and what belongs to it.
package struct CallOptions: Sendable {
  /// The whole of it, questions and retries included; nil waits for ever.
  package var timeout: Duration?
  /// Without an answer or progress; nil has no such limit. Does not run while the server waits for an answer of ours.
  package var idleTimeout: Duration?
  /// Goes into `_meta` in both eras.
  package var extraMeta: JSONObject
  /// Who answers what the server asks because of this call, before the session's own answerer.
  package var answerer: (any ServerQuestionAnswering)?
  package var onProgress: (@Sendable (JSONValue) -> Void)?
  /// Asks the server to tell of progress.
  var isReporting = false
  /// The call may be answered by a task.
  var mayBecomeTask = false

  package init(
    timeout: Duration?, idleTimeout: Duration? = nil, extraMeta: JSONObject = [:],
    answerer: (any ServerQuestionAnswering)? = nil, onProgress: (@Sendable (JSONValue) -> Void)? = nil
  ) {
    self.timeout = timeout
    self.idleTimeout = idleTimeout
    self.extraMeta = extraMeta
    self.answerer = answerer
    self.onProgress = onProgress
  }
}
