package import SCRProtocol

/// Why the runtime could not do what a client asked for.
package struct RuntimeError: Error, Sendable, CustomStringConvertible {
  package var kind: ErrorKind
  /// What happened and why, for a person.
  package var message: String
  /// What to do about it.
  package var hint: String?
  /// Where in the input the fault lies, for example `plan.steps[2].tool`.
  package var path: String?
  package var taskID: TaskID?
  package var isRetryable: Bool
  package var retryAfter: Duration?
  package var cause: (any Error)?

  package init(
    _ kind: ErrorKind, _ message: String, hint: String? = nil, path: String? = nil, taskID: TaskID? = nil,
    isRetryable: Bool = false, retryAfter: Duration? = nil, cause: (any Error)? = nil
  ) {
    self.kind = kind
    self.message = message
    self.hint = hint
    self.path = path
    self.taskID = taskID
    self.isRetryable = isRetryable
    self.retryAfter = retryAfter
    self.cause = cause
  }

  package var description: String { hint.map { "\(message) (\($0))" } ?? message }
}

extension RuntimeError {
  /// A failure of the store as a client sees it.
  package init(_ error: StoreError) {
    switch error.code {
    case .badCursor: self.init(.invalidParams, error.message, path: "params.cursor", cause: error)
    case .badText: self.init(.invalidInput, error.message, cause: error)
    case .tooLarge, .memoryFull: self.init(.tooLarge, error.message, cause: error)
    case .closed: self.init(.shuttingDown, error.message, isRetryable: true, cause: error)
    case .flushFailed:
      self.init(
        .storeUnavailable, error.message,
        hint: "scr ends with exit code 5; started again it makes sure of its log first and then accepts tasks",
        cause: error)
    default: self.init(.storeUnavailable, error.message, isRetryable: error.code == .diskFull, cause: error)
    }
  }

  static func unknownTask(_ id: TaskID) -> RuntimeError {
    RuntimeError(
      .notFound, "there is no task \"\(id.text.prefix(100))\"", hint: "list_tasks shows the tasks there are", taskID: id
    )
  }
}
