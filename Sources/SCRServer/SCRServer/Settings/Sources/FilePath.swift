/// Paths as text; nothing here looks at a disk.
enum FilePath {
  /// An absolute path without `.`, `..`, doubled slashes and a slash at its end.
  static func clean(_ path: String) -> String {
    var parts: [Substring] = []
    for part in path.split(separator: "/") where part != "." {
      if part == ".." { _ = parts.popLast() } else { parts.append(part) }
    }
    return "/" + parts.joined(separator: "/")
  }

  static func parent(_ path: String) -> String { clean(path + "/..") }
}
