package import SCRProtocol

/// Why a tool could not be called at all, or gave no answer.
package struct ToolError: Error, Sendable, CustomStringConvertible {
  /// `not_found`, `denied`, `invalid_input`, `timeout`, `cancelled`, `server_unavailable`, `too_large`, `output_invalid`…
  package var kind: ErrorKind
  /// What happened and why, for a person.
  package var message: String
  package var hint: String?
  /// Whether another attempt has a chance.
  package var isRetryable: Bool
  /// How long to wait before it, if the tool or its server says so.
  package var retryAfter: Duration?
  /// False where the call certainly never reached the tool.
  package var mayHaveTakenEffect: Bool
  package var cause: (any Error)?

  package init(
    _ kind: ErrorKind, _ message: String, hint: String? = nil, isRetryable: Bool = false,
    mayHaveTakenEffect: Bool = false, cause: (any Error)? = nil
  ) {
    self.kind = kind
    self.message = message
    self.hint = hint
    self.isRetryable = isRetryable
    self.mayHaveTakenEffect = mayHaveTakenEffect
    self.cause = cause
  }

  package var description: String { message }
}
