package import SCRProtocol

/// Why a model gave no answer, in words that hold no key, no prompt and no credentials of an address.
package struct ModelError: Error, Sendable, CustomStringConvertible {
  /// The class of the failure, by which retries and failover are decided. Open: later providers add theirs.
  package struct Code: Sendable, Hashable, RawRepresentable, CustomStringConvertible {
    package let rawValue: String
    package init(rawValue: String) { self.rawValue = rawValue }
    package var description: String { rawValue }
  }

  package var code: Code
  /// What happened and why, for a person.
  package var message: String
  /// What to do about it.
  package var hint: String?
  /// The configured name of the provider.
  package var provider: String?
  /// Which of the provider's models was asked; nil where it was another provider than the one that was asked first.
  package var model: String?
  /// Of HTTP.
  package var status: Int?
  /// How long the provider asks us to wait.
  package var retryAfter: Duration?
  package var cause: (any Error)?

  package init(
    _ code: Code, _ message: String, hint: String? = nil, provider: String? = nil, status: Int? = nil,
    retryAfter: Duration? = nil, cause: (any Error)? = nil
  ) {
    self.code = code
    self.message = message
    self.hint = hint
    self.provider = provider
    self.status = status
    self.retryAfter = retryAfter
    self.cause = cause
  }

  package var description: String { message }
}

extension ModelError.Code {
  /// No connection: unknown host, refused, TLS.
  package static let connection = Self(rawValue: "connection")
  package static let connectTimeout = Self(rawValue: "connect_timeout")
  package static let firstByteTimeout = Self(rawValue: "first_byte_timeout")
  /// Nothing came for too long in the middle of an answer.
  package static let idleTimeout = Self(rawValue: "idle_timeout")
  package static let totalTimeout = Self(rawValue: "total_timeout")
  package static let rateLimited = Self(rawValue: "rate_limited")
  /// Paid use is up: waiting does not help, another provider may.
  package static let quota = Self(rawValue: "quota")
  package static let overloaded = Self(rawValue: "overloaded")
  /// The provider failed inside.
  package static let server = Self(rawValue: "server")
  /// The key is missing, wrong, or may not do this.
  package static let auth = Self(rawValue: "auth")
  package static let unknownModel = Self(rawValue: "unknown_model")
  package static let invalidRequest = Self(rawValue: "invalid_request")
  /// Also where a provider silently left out the beginning of the prompt.
  package static let contextTooLong = Self(rawValue: "context_too_long")
  package static let refused = Self(rawValue: "refused")
  /// The answer is not what the provider's interface says.
  package static let malformed = Self(rawValue: "malformed")
  /// The answer is well-formed, but not by the schema that was asked for, also after repair.
  package static let outputInvalid = Self(rawValue: "output_invalid")
  /// The connection broke off in the middle of an answer.
  package static let cut = Self(rawValue: "cut")
  /// More bytes than our limit.
  package static let tooLarge = Self(rawValue: "too_large")
  package static let unsupported = Self(rawValue: "unsupported")
  /// The provider failed too often lately and rests.
  package static let circuitOpen = Self(rawValue: "circuit_open")
  /// Too many requests of ours wait for this provider.
  package static let busy = Self(rawValue: "busy")
  /// A script has no more turns that fit.
  package static let scriptExhausted = Self(rawValue: "script_exhausted")
  /// A recorded run was asked for something else than was recorded.
  package static let diverged = Self(rawValue: "diverged")
  /// No provider, or none of that name, is configured.
  package static let notConfigured = Self(rawValue: "not_configured")
}

extension ModelError {
  package var isTimeout: Bool {
    [.connectTimeout, .firstByteTimeout, .idleTimeout, .totalTimeout].contains(code)
  }

  /// Whether the same request to the same provider has a chance.
  package var isRetryable: Bool {
    switch code {
    case .connection, .rateLimited, .overloaded, .server, .cut, .busy, .circuitOpen: true
    case .malformed: status == nil
    default: isTimeout
    }
  }

  /// Whether another provider may do better. Never for a request or a key that is wrong.
  package var allowsFailover: Bool { isRetryable || code == .quota }

  /// The word on the wire (interface.md §3).
  package var kind: ErrorKind {
    switch code {
    case .rateLimited: .rateLimited
    case .connectTimeout, .firstByteTimeout, .idleTimeout, .totalTimeout: .timeout
    case .refused: .modelRefused
    case .circuitOpen: .circuitOpen
    case .invalidRequest, .contextTooLong: .invalidInput
    case .outputInvalid: .outputInvalid
    case .tooLarge: .tooLarge
    case .diverged: .conflict
    default: .modelUnavailable
    }
  }
}

extension RuntimeError {
  package init(_ error: ModelError) {
    self.init(
      error.kind, error.message, hint: error.hint, isRetryable: error.isRetryable, retryAfter: error.retryAfter,
      cause: error)
  }
}
