/// An `http` or `https` address without credentials, so that it can be shown in errors.
package struct HTTPAddress: Sendable, Hashable, CustomStringConvertible {
  package let text: String
  package let isSecure: Bool
  /// In lower case; an IPv6 address without its brackets.
  package let host: String
  package let port: Int

  /// Nil for anything else: another scheme, no host, credentials before an `@`, a fragment, whitespace, more than 8 KiB.
  package init?(_ text: String) {
    guard text.utf8.count <= 8192, text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }), !text.contains("#") else {
      return nil
    }
    let lowered = text.lowercased()
    let scheme = lowered.hasPrefix("https://") ? "https://" : "http://"
    guard lowered.hasPrefix(scheme) else { return nil }
    let authority = text.dropFirst(scheme.count).prefix { $0 != "/" && $0 != "?" }
    guard !authority.isEmpty, !authority.contains("@"), !authority.contains("\\") else { return nil }
    isSecure = scheme == "https://"
    guard let (host, port) = Self.parts(authority, default: isSecure ? 443 : 80) else { return nil }
    (self.host, self.port, self.text) = (host, port, text)
  }

  private static func parts(_ authority: Substring, default standard: Int) -> (String, Int)? {
    let host: Substring
    let rest: Substring
    if authority.hasPrefix("[") {
      guard let end = authority.firstIndex(of: "]") else { return nil }
      host = authority[authority.index(after: authority.startIndex)..<end]
      rest = authority[authority.index(after: end)...]
    } else {
      host = authority.prefix { $0 != ":" }
      rest = authority.dropFirst(host.count)
    }
    guard !host.isEmpty else { return nil }
    if rest.isEmpty { return (host.lowercased(), standard) }
    guard rest.hasPrefix(":"), let port = Int(rest.dropFirst()), (1...65_535).contains(port) else { return nil }
    return (host.lowercased(), port)
  }

  /// Another address below this one; `path` begins with a slash. A query of this one is dropped.
  package func appending(_ path: String) -> HTTPAddress? {
    var base = String(text.prefix { $0 != "?" })
    while base.hasSuffix("/") { base.removeLast() }
    return HTTPAddress(base + path)
  }

  /// `scheme://host:port`: who gets what is sent. Keys belong to one origin.
  package var origin: String { "\(isSecure ? "https" : "http")://\(authority)" }

  /// `host:port`, as errors name it.
  package var authority: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }

  /// On this very machine; never reached through a proxy.
  package var isLoopback: Bool {
    host == "localhost" || host.hasSuffix(".localhost") || host == "::1"
      || (host.hasPrefix("127.") && host.allSatisfy { $0 == "." || $0.isASCII && $0.isNumber })
  }

  /// Without the query, which may hold what is nobody's business.
  package var description: String { String(text.prefix { $0 != "?" }) }
}
