import SCRProtocol

/// What can be said of a submission's own members, without plans and tools.
enum SubmissionCheck {
  static let uniqueKeyBytes = 256

  /// - Throws: `invalid_params` naming the member that is wrong.
  static func check(_ submission: TaskSubmission) throws(RuntimeError) {
    try QueueName.check(taskClass: submission.taskClass)
    try QueueName.check(key: submission.fairnessKey)
    if let key = submission.uniqueKey {
      if key.isEmpty { throw RuntimeError(.invalidParams, "the unique key is empty", path: "uniqueKey") }
      try check(key, "uniqueKey", limit: uniqueKeyBytes)
    }
    if let retry = submission.retry {
      do throws(ShapeError) { _ = try TaskRetry(json: retry, path: "retry") } catch {
        throw RuntimeError(.invalidParams, error.message, hint: error.hint, path: error.path)
      }
    }
    if let runAt = submission.runAt, let deadline = submission.deadline, deadline <= runAt {
      throw RuntimeError(
        .invalidParams, "the deadline \(deadline) is not after runAt, \(runAt)",
        hint: "leave the task time to run, or leave one of them out", path: "deadline")
    }
  }

  private static func check(_ key: String, _ path: String, limit: Int) throws(RuntimeError) {
    if key.utf8.count > limit {
      throw RuntimeError(
        .invalidParams, "the key has \(key.utf8.count) bytes, over the limit of \(limit)", path: path)
    }
    if key.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) {
      throw RuntimeError(.invalidParams, "the key holds a control character", path: path)
    }
  }
}
