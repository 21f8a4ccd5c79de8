/// The environment of children (interface.md §1): an allow-list of ours and what their entry declares. Pure.
package enum ChildEnvironment {
  /// - Parameters:
  ///   - inherited: our own environment.
  ///   - declared: the entry's variables; they win, and are passed on whatever they are called.
  package static func make(inherited: [String: String], declared: [String: String]) -> [String: String] {
    var environment: [String: String] = [:]
    for (name, value) in inherited {
      if isAllowed(name) {
        environment[name] = value
      } else if proxies.contains(name.lowercased()) {
        environment[name] = withoutCredentials(value)
      }
    }
    return environment.merging(declared) { _, declared in declared }
  }

  /// A text without the values that were declared for a child: in the place of each stands its name. Short ones stay, since
  /// they would be found everywhere.
  package static func masked(_ text: String, _ environment: [String: String]) -> String {
    environment.filter { !isAllowed($0.key) && $0.value.utf8.count >= shortestSecret }
      // A secret may be a part of another.
      .sorted { ($0.value.utf8.count, $0.key) > ($1.value.utf8.count, $1.key) }
      .reduce(text) { $0.replacing($1.value, with: "[\($1.key)]") }
  }

  private static let shortestSecret = 6

  private static let allowed: Set<String> = ["PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "TZ", "TMPDIR"]
  private static let allowedPrefixes = ["LC_", "XDG_", "SSL_CERT_"]
  private static let proxies: Set<String> = ["http_proxy", "https_proxy", "ftp_proxy", "all_proxy", "no_proxy"]

  private static func isAllowed(_ name: String) -> Bool {
    allowed.contains(name) || allowedPrefixes.contains { name.hasPrefix($0) }
  }

  /// `scheme://user:secret@host:port/path` without the part up to `@`; the scheme may be missing.
  private static func withoutCredentials(_ proxy: String) -> String {
    var start = proxy.startIndex
    if let colon = proxy.firstIndex(of: ":"), proxy[colon...].hasPrefix("://") {
      start = proxy.index(colon, offsetBy: 3)
    }
    // A secret may hold a slash that should have been escaped, so the last sign in the whole value counts.
    guard let sign = proxy[start...].lastIndex(of: "@") else { return proxy }
    return String(proxy[..<start] + proxy[proxy.index(after: sign)...])
  }
}
