/// What went wrong, in a word that scripts can rely on (interface.md §3). Kinds are appended, none is reused.
package struct ErrorKind: Sendable, Hashable, CustomStringConvertible {
  package let name: String
  /// The JSON-RPC code; ours start at 1000, outside JSON-RPC's reserved range.
  package let code: Int

  private init(_ name: String, _ code: Int) {
    self.name = name
    self.code = code
  }

  package var description: String { name }

  package static let parseError = ErrorKind("parse_error", -32700)
  package static let invalidRequest = ErrorKind("invalid_request", -32600)
  package static let methodNotFound = ErrorKind("method_not_found", -32601)
  package static let invalidParams = ErrorKind("invalid_params", -32602)
  package static let `internal` = ErrorKind("internal", -32603)
  /// MCP 2026-07-28: the client lacks a capability that the request needs.
  package static let missingCapability = ErrorKind("missing_capability", -32021)
  /// MCP 2026-07-28: the named protocol revision is not served.
  package static let unsupportedVersion = ErrorKind("unsupported_version", -32022)

  package static let notFound = ErrorKind("not_found", 1000)
  package static let conflict = ErrorKind("conflict", 1001)
  package static let queueFull = ErrorKind("queue_full", 1002)
  package static let paused = ErrorKind("paused", 1003)
  package static let denied = ErrorKind("denied", 1004)
  package static let approvalRequired = ErrorKind("approval_required", 1005)
  package static let rateLimited = ErrorKind("rate_limited", 1006)
  package static let budgetExceeded = ErrorKind("budget_exceeded", 1007)
  package static let timeout = ErrorKind("timeout", 1008)
  package static let cancelled = ErrorKind("cancelled", 1009)
  package static let serverUnavailable = ErrorKind("server_unavailable", 1010)
  package static let circuitOpen = ErrorKind("circuit_open", 1011)
  package static let invalidPlan = ErrorKind("invalid_plan", 1012)
  package static let invalidInput = ErrorKind("invalid_input", 1013)
  package static let outputInvalid = ErrorKind("output_invalid", 1014)
  package static let tooLarge = ErrorKind("too_large", 1015)
  package static let modelUnavailable = ErrorKind("model_unavailable", 1016)
  package static let modelRefused = ErrorKind("model_refused", 1017)
  package static let storeUnavailable = ErrorKind("store_unavailable", 1018)
  package static let notDurable = ErrorKind("not_durable", 1019)
  package static let shuttingDown = ErrorKind("shutting_down", 1020)
  /// Somebody would have had to answer a question, and nobody could.
  package static let inputRequired = ErrorKind("input_required", 1021)

  /// All kinds that ``named(_:)`` finds.
  package static let all: [ErrorKind] = [
    parseError, invalidRequest, methodNotFound, invalidParams, `internal`, missingCapability, unsupportedVersion,
    notFound, conflict, queueFull, paused, denied, approvalRequired, rateLimited, budgetExceeded, timeout, cancelled,
    serverUnavailable, circuitOpen, invalidPlan, invalidInput, outputInvalid, tooLarge, modelUnavailable, modelRefused,
    storeUnavailable, notDurable, shuttingDown, inputRequired,
  ]

  package static func named(_ name: String) -> ErrorKind? { all.first { $0.name == name } }
}
