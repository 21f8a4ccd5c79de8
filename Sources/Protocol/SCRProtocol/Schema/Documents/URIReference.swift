/// As much of RFC 3986 as references within a schema need.
enum URIReference {
  private struct Parts {
    var scheme: Substring?
    var authority: Substring?
    var path: Substring
    var query: Substring?

    init(_ text: Substring) {
      var rest = text
      if let colon = rest.firstIndex(of: ":"), rest[..<colon].first?.isLetter == true,
        rest[..<colon].allSatisfy({ $0.isLetter || $0.isNumber || "+-.".contains($0) })
      {
        scheme = rest[..<colon]
        rest = rest[rest.index(after: colon)...]
      }
      if rest.hasPrefix("//") {
        let start = rest.index(rest.startIndex, offsetBy: 2)
        let end = rest[start...].firstIndex { $0 == "/" || $0 == "?" } ?? rest.endIndex
        authority = rest[start..<end]
        rest = rest[end...]
      }
      if let mark = rest.firstIndex(of: "?") {
        query = rest[rest.index(after: mark)...]
        rest = rest[..<mark]
      }
      path = rest
    }

    var text: String {
      (scheme.map { "\($0):" } ?? "") + (authority.map { "//\($0)" } ?? "") + path + (query.map { "?\($0)" } ?? "")
    }
  }

  /// Text before and after the first `#`.
  static func split(_ text: String) -> (uri: String, fragment: String) {
    guard let mark = text.firstIndex(of: "#") else { return (text, "") }
    return (String(text[..<mark]), String(text[text.index(after: mark)...]))
  }

  /// RFC 3986 §5.2.
  static func resolve(_ reference: String, against base: String) -> String {
    let (uri, fragment) = split(reference)
    let mark = reference.contains("#") ? "#" + fragment : ""
    var target = Parts(Substring(uri))
    let base = Parts(Substring(split(base).uri))
    if target.scheme == nil {
      target.scheme = base.scheme
      if target.authority == nil {
        target.authority = base.authority
        if target.path.isEmpty {
          target.path = base.path
          target.query = target.query ?? base.query
        } else if !target.path.hasPrefix("/") {
          let folder = base.path.lastIndex(of: "/").map { base.path[...$0] } ?? (base.authority == nil ? "" : "/")
          target.path = folder + target.path
        }
      }
    }
    if target.path.hasPrefix("/") { target.path = withoutDots(target.path) }
    return target.text + mark
  }

  private static func withoutDots(_ path: Substring) -> Substring {
    var kept: [Substring] = []
    let segments = path.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
    for segment in segments {
      switch segment {
      case ".": break
      case "..": _ = kept.popLast()
      default: kept.append(segment)
      }
    }
    if segments.last == "." || segments.last == ".." { kept.append("") }
    return "/" + kept.joined(separator: "/")
  }

  /// Percent-decoded; nil where that gives no UTF-8.
  static func decode(_ text: String) -> String? {
    guard text.contains("%") else { return text }
    var bytes: [UInt8] = []
    var rest = Substring(text).utf8
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "%") {
        guard rest.count >= 2, let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) else {
          return nil
        }
        bytes.append(value)
        rest.removeFirst(2)
      } else {
        bytes.append(byte)
      }
    }
    return String(validating: bytes, as: UTF8.self)
  }
}
