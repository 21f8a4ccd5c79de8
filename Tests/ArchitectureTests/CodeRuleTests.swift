import Testing

@Suite struct CodeRuleTests {
  @Test func `no source breaks a rule about code`() throws {
    let files = try SourceTree.swiftFiles("Sources")
    #expect(files.count > 50)
    #expect(files.flatMap { file in CodeRule.sources.flatMap { $0.violations(in: file) } } == [])
  }

  @Test func `no test sleeps`() throws {
    let files = try SourceTree.swiftFiles("Tests").filter { !$0.path.hasPrefix("Tests/Fixtures/") }
    #expect(files.flatMap { file in CodeRule.tests.flatMap { $0.violations(in: file) } } == [])
  }

  @Test func `every file that may start tasks is there and still does`() throws {
    let rule = try #require(CodeRule.sources.first { $0.name == "unstructured Task" })
    for path in CodeRule.mayStartTasks {
      let file = try #require(try SourceTree.swiftFiles("Sources").first { $0.path == path }, "\(path) is gone")
      let unlisted = SourceFile(path: "elsewhere.swift", text: file.text)
      #expect(!rule.violations(in: unlisted).isEmpty, "\(path) starts no task any more")
    }
  }

  @Test(arguments: [
    ("print", "print(value)"), ("Task.detached", "Task.detached { }"), ("try!", "let a = try! b()"),
    ("as!", "let a = b as! C"),
    ("fatalError", "default: fatalError()"), ("unbounded stream", "AsyncStream<Int> { continuation in }"),
    ("unbounded stream", "AsyncStream.makeStream(of: Int.self)"), ("unbounded stream", "bufferingPolicy: .unbounded)"),
    ("unstructured Task", "Task { await run() }"), ("unstructured Task", "let a = Task<Void, Never> { }"),
    ("unstructured Task", "handle = Task(priority: .high) { }"), ("sleep", "try await Task.sleep(for: .seconds(1))"),
    ("sleep", "usleep(10)"),
  ])
  func `a violation is found in its line`(name: String, line: String) {
    let file = SourceFile(path: "Sources/a.swift", text: "let a = 1\n\(line)\n")
    let found = (CodeRule.sources + CodeRule.tests).filter { !$0.violations(in: file).isEmpty }
    #expect(found.map(\.name) == [name])
    #expect(found.flatMap { $0.violations(in: file) }.map(\.line) == [2])
  }

  @Test(arguments: [
    "// print(value), try! and as!", "/* fatalError( /* nested */ Task.detached */",
    "let a = \"print(1) \\(b(\"try!\")) Task { }\"",
    "let a = #\"as! \" fatalError(\"#", "let a = \"\"\"\nTask { }\n\"\"\"", "output.print(value)",
    "struct AgentTask { }",
    "AsyncStream.makeStream(of: Int.self, bufferingPolicy: .bufferingNewest(8))", "let stream: AsyncStream<Int>",
  ])
  func `what only looks like a violation is not one`(text: String) {
    let file = SourceFile(path: "Sources/a.swift", text: text)
    #expect((CodeRule.sources + CodeRule.tests).flatMap { $0.violations(in: file) } == [])
  }

  @Test func `code after a literal or a comment is seen again`() {
    let file = SourceFile(path: "Sources/a.swift", text: "/* a */ let s = \"b\"; try! c() // d\n")
    #expect(CodeRule.sources.flatMap { $0.violations(in: file) }.map(\.line) == [1])
  }
}
