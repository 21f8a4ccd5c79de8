/// Files must not name a folder of one person's machine.
enum PlaceRule {
  private static let homes = ["root", "home/[a-z]", "Users/[A-Za-z]", "mnt/[a-z]"]

  static func violations(in file: SourceFile) -> [Violation] {
    let pattern = "(^|[\\s\"'`=:(\\[])/(" + homes.joined(separator: "|") + ")[A-Za-z0-9_.-]*/"
    guard homes.contains(where: { file.mentions("/" + $0.prefix { $0 != "[" }) }), let place = try? Regex(pattern)
    else { return [] }
    return file.text.split(separator: "\n", omittingEmptySubsequences: false).enumerated().compactMap { index, line in
      line.contains(place) ? Violation(path: file.path, line: index + 1, message: "names a folder of one machine") : nil
    }
  }
}
