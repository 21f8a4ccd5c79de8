import MCPClient
import SCRProtocol
import SCRRuntime

extension ToolResult {
  /// An error that the server gave as its answer: its own words, with its code and data for programs.
  ///
  /// - Parameters:
  ///   - stderrTail: of the server; its last lines often say more than the message.
  ///   - isStructured: false for tools whose output schema the error would not satisfy; the text has the data then.
  init(_ error: RPCError, stderrTail: String, isStructured: Bool) {
    let data = isStructured ? nil : error.data.map { "\nIts data: \($0.jsonText.prefix(2000))" }
    let lines = stderrTail.split(separator: "\n").suffix(5).joined(separator: "\n")
    self.init(
      text: "\(error)" + (data ?? "") + (lines.isEmpty ? "" : "\nThe server's stderr ended with:\n\(lines)"),
      structuredContent: isStructured ? ["error": error.json] : nil, isError: true)
    retryAfter = error.retryAfter
  }
}

extension RPCError {
  /// What the server asks for in its `data`.
  fileprivate var retryAfter: Duration? {
    data?["retryAfterMs"]?.integerValue.flatMap { $0 > 0 ? .milliseconds($0) : nil }
  }
}

extension ToolError {
  /// What it means for a call that its server gave no answer to it; nil for errors of other origins.
  init?(of error: any Error, _ name: ToolName) {
    switch error {
    case let error as RPCError:
      self.init(.invalidInput, "\(name) was refused by its server: \(error.message)", cause: error)
      retryAfter = error.retryAfter
    case let error as MCPClientError:
      let kind: ErrorKind? =
        switch error.code {
        case .timeout: .timeout
        case .tooLarge: .tooLarge
        case .protocolViolation: .outputInvalid
        case .unanswered: .inputRequired
        case .taskCancelled: .cancelled
        // It may have been done or not, and nobody can be asked any more.
        case .taskLost: .notFound
        default: nil
        }
      self.init(
        kind ?? .serverUnavailable, error.description, isRetryable: kind == nil || kind == .timeout,
        mayHaveTakenEffect: error.wasSent, cause: error)
    default: return nil
    }
  }
}
