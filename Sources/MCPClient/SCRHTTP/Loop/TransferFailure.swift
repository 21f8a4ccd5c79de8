import CCurl

/// What libcurl's number for an end means to us.
enum TransferFailure {
  /// - Parameters:
  ///   - detail: libcurl's own words, which may be empty.
  ///   - hasConnected: whether the request could be sent.
  static func error(_ result: Int32, detail: String, address: HTTPAddress, hasConnected: Bool) -> HTTPError {
    let code = code(Int(result), hasConnected: hasConnected)
    let reason = detail.isEmpty ? String(cString: scr_curl_explain(result)) : detail
    return HTTPError(code, sentence(code, address.authority, reason))
  }

  private static func code(_ result: Int, hasConnected: Bool) -> HTTPError.Code {
    switch result {
    case SCR_CURL_UNSUPPORTED_PROTOCOL, SCR_CURL_BAD_URL: .badRequest
    case SCR_CURL_NO_HOST, SCR_CURL_NO_PROXY_HOST: .unknownHost
    case SCR_CURL_NO_CONNECTION: .refused
    // libcurl knows only the time for the connection: all others are ours.
    case SCR_CURL_TIMEOUT: .connectTimeout
    case SCR_CURL_TLS_CONNECT, SCR_CURL_BAD_CERTIFICATE: .tls
    case SCR_CURL_PARTIAL, SCR_CURL_NOTHING_CAME, SCR_CURL_SEND_FAILED: .cut
    case SCR_CURL_RECEIVE_FAILED: hasConnected ? .cut : .refused
    case SCR_CURL_BAD_ENCODING: .malformed
    default: .other
    }
  }

  private static func sentence(_ code: HTTPError.Code, _ host: String, _ reason: String) -> String {
    switch code {
    case .unknownHost: "the host of \(host) is not known: \(reason)"
    case .refused: "no connection to \(host): \(reason)"
    case .connectTimeout: "no connection to \(host) in time: \(reason)"
    case .tls: "no secure connection to \(host): \(reason)"
    case .cut: "the connection to \(host) broke off: \(reason)"
    default: "the exchange with \(host) failed: \(reason)"
    }
  }
}
