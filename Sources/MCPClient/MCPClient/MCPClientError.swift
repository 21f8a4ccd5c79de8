import SCRProcess

/// Why a tool server could not be used.
package struct MCPClientError: Error, Sendable, CustomStringConvertible {
  package struct Code: Sendable, Hashable {
    package let name: String
    package init(name: String) { self.name = name }

    /// The process could not be started at all.
    package static let spawnFailed = Code(name: "spawn_failed")
    /// It ended, or closed its output, before it answered.
    package static let exited = Code(name: "exited")
    /// No answer within the time allowed.
    package static let timeout = Code(name: "timeout")
    /// It answered with something that is not the protocol.
    package static let protocolViolation = Code(name: "protocol_violation")
    /// It refused `initialize`, or speaks no revision of ours.
    package static let refused = Code(name: "refused")
    /// Its answer is over the limit of a line.
    package static let tooLarge = Code(name: "too_large")
    /// It takes no more input: its buffer is full.
    package static let stalled = Code(name: "stalled")
    /// It asked for something during a call that nobody answers.
    package static let unanswered = Code(name: "unanswered")
    /// It made a task of a call and does not know it any more.
    package static let taskLost = Code(name: "task_lost")
    /// It ended the task that it made of a call.
    package static let taskCancelled = Code(name: "task_cancelled")
  }

  package var code: Code
  /// What happened and why, with the server's name.
  package var message: String
  /// The end of what the server wrote to stderr; empty if nothing.
  package var stderrTail: String
  /// False where nothing of the request left us.
  package var wasSent: Bool
  package var cause: (any Error)?

  package init(
    _ code: Code, _ message: String, stderrTail: String = "", wasSent: Bool = true, cause: (any Error)? = nil
  ) {
    self.code = code
    self.message = message
    self.stderrTail = stderrTail
    self.wasSent = wasSent
    self.cause = cause
  }

  /// Whether another start cannot help before somebody mends the entry of the server.
  package var isHopeless: Bool {
    guard code == .spawnFailed, let cause = cause as? ProcessError else { return false }
    return [.notFound, .notExecutable, .noDirectory].contains(cause.code)
  }

  package var description: String {
    stderrTail.isEmpty ? message : "\(message); its stderr ended with:\n\(stderrTail)"
  }
}
