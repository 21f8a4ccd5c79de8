package import SCRProtocol

/// One call of a tool, by a step of a task or directly by a client.
package struct ToolCall: Sendable {
  package var name: ToolName
  package var arguments: JSONObject
  package var context: ToolContext

  package init(name: ToolName, arguments: JSONObject, context: ToolContext = ToolContext()) {
    self.name = name
    self.arguments = arguments
    self.context = context
  }
}

/// On whose behalf a tool is called, and within which limits.
package struct ToolContext: Sendable {
  package var taskID: TaskID?
  package var stepID: String?
  package var traceID: String
  /// Stable over the retries of one intent; tool servers get it as `_meta["dev.scr/idempotencyKey"]`.
  package var idempotencyKey: String?
  /// The whole call, measured from its start. Nil leaves it to the tool's source.
  package var timeout: Duration?
  /// Progress of a running call; called from any thread, must not block.
  package var onProgress: (@Sendable (ToolProgress) -> Void)?
  /// Who answers what the tool asks in the middle of its call; nil where nobody can be asked.
  package var interaction: (any ClientInteraction)?

  package init(
    taskID: TaskID? = nil, stepID: String? = nil, traceID: String = RandomHex.make(bytes: 16),
    idempotencyKey: String? = nil, timeout: Duration? = nil,
    onProgress: (@Sendable (ToolProgress) -> Void)? = nil, interaction: (any ClientInteraction)? = nil
  ) {
    self.taskID = taskID
    self.stepID = stepID
    self.traceID = traceID
    self.idempotencyKey = idempotencyKey
    self.timeout = timeout
    self.onProgress = onProgress
    self.interaction = interaction
  }
}

package struct ToolProgress: Sendable, Hashable {
  package var progress: Double
  package var total: Double?
  package var message: String?

  package init(progress: Double, total: Double? = nil, message: String? = nil) {
    self.progress = progress
    self.total = total
    self.message = message
  }
}
