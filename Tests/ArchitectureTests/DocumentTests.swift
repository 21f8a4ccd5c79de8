import Testing

@Suite struct DocumentTests {
  private static let written = ["Sources", "Tests", "docs", "examples", "scripts", "Benchmarks", ".ci"]

  @Test func `the module map names every room`() throws {
    let map = try #require(try SourceTree.files("docs") { $0 == "module-map.md" }.first)
    for room in try SourceTree.rooms() {
      let target = String(room.split(separator: "/")[1])
      #expect(map.text.contains("`\(target)`"), "docs/module-map.md says nothing of \(room)")
    }
  }

  @Test func `no file names a folder of one machine`() throws {
    let kinds = [".swift", ".c", ".h", ".md", ".py", ".sh", ".yaml", ".yml", ".json", ".jsonl", ".txt", "run"]
    let files = try Self.written.flatMap { folder in
      try SourceTree.files(folder) { name in kinds.contains(where: name.hasSuffix) && !name.contains("__pycache__") }
    }
    #expect(files.count > 50)
    #expect(files.filter { !$0.path.hasPrefix("Tests/ArchitectureTests/") }.flatMap(PlaceRule.violations) == [])
  }

  @Test(arguments: ["root", "home/ann", "Users/Ann", "mnt/disk"], ["see /", "path: /", "\"/", "(/"])
  func `a folder of one machine is found`(home: String, before: String) {
    let file = SourceFile(path: "a.md", text: "first\n\(before)\(home)/notes.md\n")
    #expect(PlaceRule.violations(in: file).map(\.line) == [2])
  }

  @Test(arguments: ["/etc/scr/scr.yaml", "https://example.org/home/a", "Sources/home/a.swift", "$HOME/code"])
  func `a path that every machine has is not one`(text: String) {
    #expect(PlaceRule.violations(in: SourceFile(path: "a.md", text: text)) == [])
  }
}
