/// Status and headers of an answer as the lines come in. Interim answers (100, 103) are forgotten for the one that follows.
struct HeadReader: Sendable {
  enum Line: Sendable, Equatable {
    case more
    /// The empty line after the headers of the final answer.
    case complete(HTTPHead)
    case tooLarge
  }

  private var status = 0
  private var headers: [HTTPHeader] = []
  private var size = 0

  mutating func line(_ bytes: UnsafeRawBufferPointer) -> Line {
    size += bytes.count
    if size > HTTPLimits.headers { return .tooLarge }
    let text = Self.trimmed(Substring(String(decoding: bytes, as: UTF8.self)))
    if text.hasPrefix("HTTP/") {
      let parts = text.split(separator: " ", maxSplits: 2)
      status = parts.count > 1 ? Int(parts[1]) ?? 0 : 0
      headers = []
    } else if text.isEmpty {
      if status >= 200 { return .complete(HTTPHead(status: status, headers: headers)) }
    } else if let colon = text.firstIndex(of: ":") {
      let value = Self.trimmed(text[text.index(after: colon)...])
      headers.append(HTTPHeader(text[..<colon].lowercased(), String(value)))
    }
    return .more
  }

  private static func trimmed(_ text: Substring) -> Substring {
    var text = text.drop(while: \.isWhitespace)
    while text.last?.isWhitespace == true { text.removeLast() }
    return text
  }
}

/// How an answer begins.
package struct HTTPHead: Sendable, Hashable {
  package var status: Int
  /// In order, names in lower case.
  package var headers: [HTTPHeader]

  package init(status: Int, headers: [HTTPHeader]) {
    self.status = status
    self.headers = headers
  }

  /// The first header of that name, which must be in lower case.
  package subscript(name: String) -> String? { headers.first { $0.name == name }?.value }
}
