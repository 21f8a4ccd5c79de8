import SCRProcess
import SCRTestSupport
import Testing

@Suite(.timeLimit(.minutes(2))) struct SpawnTests {
  let table = ProcessTable()

  private func run(_ spec: ProcessSpec) async throws -> (status: ExitStatus, output: String) {
    let recorder = Recorder()
    _ = try await table.spawn(spec, events: recorder.events)
    let status = await recorder.exit.values(1)[0]
    return (status, recorder.output)
  }

  private func failure(_ spec: ProcessSpec) async -> ProcessError? {
    let recorder = Recorder()
    let error = await #expect(throws: ProcessError.self) { try await table.spawn(spec, events: recorder.events) }
    #expect(recorder.order == [])
    #expect(table.count == 0)
    return error
  }

  @Test(arguments: [0, 7, 255] as [Int32])
  func `an exit code is told as it was`(_ code: Int32) async throws {
    #expect(try await run(stubborn("exit", "\(code)")).status == .exited(code))
  }

  @Test func `a death by signal is no exit code`() async throws {
    let status = try await run(stubborn("raise", "15")).status
    #expect(status == .signalled(15))
    #expect(status.description == "signal 15 (SIGTERM)")
  }

  @Test func `a path that does not exist is not found`() async {
    let error = await failure(ProcessSpec(command: "/nowhere/at-all", environment: [:]))
    #expect(error?.code == .notFound)
    #expect(error?.message.hasPrefix("/nowhere/at-all does not exist") == true)
  }

  @Test func `a name that is not on the child's PATH is not found`() async {
    let error = await failure(ProcessSpec(command: "no-such-command", environment: ["PATH": "/usr/bin:/opt/none"]))
    #expect(error?.code == .notFound)
    #expect(error?.message.contains("\"no-such-command\" is not on the PATH \"/usr/bin:/opt/none\"") == true)
  }

  @Test func `a name is looked for on the child's PATH`() async throws {
    let spec = ProcessSpec(command: "sh", arguments: ["-c", "echo $0 $1", "a b", "c"], environment: ["PATH": "/bin"])
    #expect(try await run(spec).output == "a b c\n")
  }

  @Test func `a file that is no program is not executable`() async {
    #expect(await failure(ProcessSpec(command: "/etc/passwd", environment: [:]))?.code == .notExecutable)
  }

  @Test func `a folder is not executable`() async {
    #expect(await failure(ProcessSpec(command: "/etc", environment: [:]))?.code == .notExecutable)
  }

  @Test func `a working directory that does not exist is named`() async {
    var spec = stubborn("directory")
    spec.workingDirectory = "/nowhere/at-all"
    let error = await failure(spec)
    #expect(error?.code == .noDirectory)
    #expect(error?.message.contains("/nowhere/at-all") == true)
  }

  @Test func `the child runs in its working directory`() async throws {
    var spec = stubborn("directory")
    spec.workingDirectory = "/usr/lib"
    #expect(try await run(spec).output == "/usr/lib\n")
  }

  @Test func `the environment is exactly the one of the spec`() async throws {
    let environment = ["PATH": "/usr/bin", "EMPTY": "", "TEXT": "a=b c"]
    let output = try await run(stubborn("environment", environment: environment)).output
    #expect(output.split(separator: "\n").sorted() == ["EMPTY=", "PATH=/usr/bin", "TEXT=a=b c"])
  }

  @Test func `no signal is blocked or ignored in the child`() async throws {
    #expect(try await run(stubborn("signals")).output == "blocked [] ignored []\n")
  }

  @Test func `the child gets three descriptors and no more`() async throws {
    #expect(try await run(stubborn("descriptors")).output == "open [0, 1, 2]\n")
  }

  @Test func `the number of children is limited`() async throws {
    let small = ProcessTable(limit: 1)
    let first = try await small.spawn(stubborn("echo"), events: Recorder().events)
    let error = await #expect(throws: ProcessError.self) {
      try await small.spawn(stubborn("echo"), events: Recorder().events)
    }
    #expect(error?.code == .tooMany)
    await first.stop()
    let second = try await small.spawn(stubborn("echo"), events: Recorder().events)
    #expect(await second.stop() == .exited(0))
  }

  @Test func `two hundred lives leave no descriptor and no zombie`() async throws {
    let (status, output) = try await run(stubborn("cycles", "200"))
    #expect(status == .exited(0))
    let words = output.split(whereSeparator: \.isWhitespace)
    try #require(words.count == 8, "\(output)")
    // Foundation closes its last descriptor a moment later; a leak would be of hundreds.
    let (before, after) = (try #require(Int(words[1])), try #require(Int(words[3])))
    #expect(after < before + 10, "\(output)")
    #expect(words[4...] == ["living", "0", "zombies", "0"], "\(output)")
  }
}
