/// `${VAR}` and `${VAR:-fallback}` as `.mcp.json` files use them. Everything else stays as it is.
struct VariableExpansion {
  let environment: [String: String]

  /// A variable that is not set and has no fallback.
  struct Unset: Error, Hashable { let variable: String }

  func expand(_ text: String) throws(Unset) -> String {
    var (result, rest) = ("", text[...])
    while let start = opening(rest) {
      guard let end = rest[start...].firstIndex(of: "}") else { break }
      let inner = rest[rest.index(start, offsetBy: 2)..<end]
      let parts = split(inner)
      result += rest[..<start]
      if EnvironmentName.isValid(String(parts.name)) {
        result += try value(String(parts.name), fallback: parts.fallback.map(String.init))
      } else {
        result += rest[start...end]
      }
      rest = rest[rest.index(after: end)...]
    }
    return result + rest
  }

  private func opening(_ text: Substring) -> Substring.Index? {
    text.indices.first {
      text[$0] == "$" && text.index(after: $0) < text.endIndex && text[text.index(after: $0)] == "{"
    }
  }

  private func split(_ inner: Substring) -> (name: Substring, fallback: Substring?) {
    guard let colon = inner.firstIndex(of: ":"), inner[colon...].hasPrefix(":-") else { return (inner, nil) }
    return (inner[..<colon], inner[colon...].dropFirst(2))
  }

  /// As in a shell, `:-` also replaces an empty value.
  private func value(_ name: String, fallback: String?) throws(Unset) -> String {
    switch (environment[name], fallback) {
    case (let value?, nil): return value
    case (let value?, let fallback?): return value.isEmpty ? fallback : value
    case (nil, let fallback?): return fallback
    case (nil, nil): throw Unset(variable: name)
    }
  }
}
