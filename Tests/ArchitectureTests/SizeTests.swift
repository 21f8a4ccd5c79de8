import Testing

/// What a file may hold.
enum SizeRule {
  static let longest = 400
  static let largestMedian = 120

  static func violations(in file: SourceFile) -> [Violation] {
    guard file.lineCount > longest else { return [] }
    return [Violation(path: file.path, line: longest, message: "\(file.lineCount) lines; at most \(longest)")]
  }

  static func median(_ counts: [Int]) -> Int { counts.isEmpty ? 0 : counts.sorted()[counts.count / 2] }
}

@Suite struct SizeTests {
  @Test func `no file is too long to read`() throws {
    let files = try SourceTree.swiftFiles("Sources") + SourceTree.swiftFiles("Tests")
    #expect(files.flatMap(SizeRule.violations) == [])
  }

  @Test func `most files are short`() throws {
    let median = SizeRule.median(try SourceTree.swiftFiles("Sources").map(\.lineCount))
    #expect(median > 0 && median <= SizeRule.largestMedian)
  }

  @Test func `a file above the limit is found, one at the limit is not`() {
    let line = "let a = 1\n"
    let long = SourceFile(path: "a.swift", text: String(repeating: line, count: SizeRule.longest + 1))
    let full = SourceFile(path: "a.swift", text: String(repeating: line, count: SizeRule.longest))
    #expect(SizeRule.violations(in: long).count == 1)
    #expect(SizeRule.violations(in: full) == [])
    #expect(SizeRule.median([500, 1, 200]) == 200)
  }
}
