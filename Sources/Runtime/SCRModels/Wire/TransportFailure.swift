import SCRHTTP
import SCRRuntime

extension ModelError {
  /// What the failure of an exchange means for whoever asked a model.
  init(_ error: HTTPError, _ settings: ProviderSettings) {
    let code: Code =
      switch error.code {
      case .connectTimeout: .connectTimeout
      case .firstByteTimeout: .firstByteTimeout
      case .idleTimeout: .idleTimeout
      case .totalTimeout: .totalTimeout
      case .cut: .cut
      case .tooLarge: .tooLarge
      case .malformed: .malformed
      case .tooMany: .busy
      case .badRequest: .invalidRequest
      case .noLibrary, .closed: .unsupported
      default: .connection
      }
    let isLocal = settings.kind == .ollama && code == .connection && error.code != .tls
    self.init(
      code, "\(settings.name) cannot be reached: \(error.message)",
      hint: error.code == .tls
        ? "a certificate by an authority of your own is trusted if SSL_CERT_FILE names a file with the authority's"
        : isLocal
          ? "is `ollama serve` running? \(settings.address)"
          : code == .connection ? "check models.providers.\(settings.name).baseURL (\(settings.address))" : nil,
      provider: settings.name, cause: error)
    if ![.connection, .connectTimeout, .unsupported].contains(code) {
      message = "\(settings.name) gave no whole answer: \(error.message)"
    }
  }
}
