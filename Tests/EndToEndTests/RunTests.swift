import Glibc
import SCRProtocol
import Testing

@Suite("scr run", .timeLimit(.minutes(2)))
struct RunTests {
  private let place: TestPlace
  init() throws { place = try TestPlace() }

  private func run(_ plan: String, _ more: String..., input: String = "") async throws -> ScrProcess.End {
    try place.write("plan.yaml", plan)
    return try await place.run(["run", "--plan", "plan.yaml", "--state", place.state] + more, input: input)
  }

  @Test("the result is on stdout, progress is lines on stderr, and --quiet has none")
  func success() async throws {
    let end = try await run(Plans.sums, "--input", "number=40")
    #expect(end.code == 0)
    #expect(end.stdout == ["84"])
    #expect(end.stderr.contains("[sum] completed in "))
    #expect(end.stderr.contains("[double] completed in "))
    #expect(!end.stderr.contains("\u{1B}"))
    let quiet = try await run(Plans.sums, "--input", "number=1", "--quiet")
    #expect(quiet == ScrProcess.End(code: 0, stdout: ["6"], stderr: ""))
  }

  @Test("a plan comes from stdin, as YAML and as JSON", arguments: [Plans.sums, Plans.sumsAsJSON])
  func stdin(_ plan: String) async throws {
    let end = try await place.run(
      ["run", "--plan", "-", "--quiet", "--input", "number:=5", "--state", place.state], input: plan)
    #expect(end == ScrProcess.End(code: 0, stdout: ["14"], stderr: ""))
  }

  @Test("a failing step is exit 1 with its reason, and no result")
  func failure() async throws {
    let end = try await run(Plans.failing)
    #expect(end.code == 1)
    #expect(end.stdout == [])
    #expect(end.stderr.contains("step_failed: the step divide failed: "))
  }

  @Test("--timeout is exit 4")
  func timeout() async throws {
    let end = try await run(Plans.patient, "--timeout", "50ms")
    #expect(end.code == 4)
    #expect(end.stderr.contains("timeout: the task did not end before its deadline"))
  }

  @Test("the first Ctrl-C cancels the task: exit 130")
  func interrupt() async throws {
    try place.write("plan.yaml", Plans.patient)
    let scr = try ScrProcess(["run", "--plan", "plan.yaml", "--state", place.state], in: place)
    _ = try await scr.note("[divide] tries again")
    scr.signal(SIGINT)
    #expect(await scr.end().code == 130)
    let tasks = try await place.run(["tasks", "list", "--json", "--state", place.state])
    #expect(tasks.json["tasks"]?.arrayValue?.map { $0["state"] } == ["cancelled"])
  }

  @Test("a second signal ends it at once, whatever holds the orderly end up")
  func secondSignal() async throws {
    try place.write("plan.yaml", #"{"title":"H","steps":[{"id":"h","tool":"fake.hang"}]}"#)
    let scr = try ScrProcess(["run", "--plan", "plan.yaml"] + place.fakeServer(["--no-term"]), in: place)
    _ = try await scr.note("[h] fake.hang")
    // A server whose end nobody can tell of.
    let held = ProcessTree.descendants(of: scr.pid).filter { ProcessTree.command(of: $0).contains("fake-mcp-server") }
    #expect(!held.isEmpty)
    for pid in held { kill(pid, SIGSTOP) }
    scr.signal(SIGINT)
    _ = try await scr.note(" cancelled in ")
    scr.signal(SIGTERM)
    #expect(await scr.end().code == 143)
    let handles = held.map { ProcessEnd(of: $0) }
    for pid in held { kill(pid, SIGCONT) }
    for handle in handles { await handle.wait() }
  }

  @Test("--json is the whole task as one object, --events one object a line")
  func formats() async throws {
    let json = try await run(Plans.sums, "--input", "number=1", "--json")
    #expect(json.code == 0)
    #expect(json.stdout.count == 1)
    #expect(json.stderr == "")
    #expect(json.json["state"] == "completed")
    #expect(json.json["provenance"]?["tools"]?.arrayValue?.count == 2)
    let events = try await run(Plans.sums, "--input", "number=1", "--events")
    #expect(events.code == 0)
    let kinds = events.jsonLines.map { $0["kind"]?.stringValue }
    #expect(kinds.first == "task.submitted")
    #expect(kinds.suffix(2) == ["task.completed", "task"])
    #expect(!kinds.contains(nil))
    #expect(events.jsonLines.last?["task"]?["result"] == "6")
  }

  @Test("--out takes the result, --dry-run runs nothing")
  func files() async throws {
    let out = try await run(Plans.sums, "--input", "number=1", "--quiet", "--out", "result.txt")
    #expect(out == ScrProcess.End(code: 0, stdout: [], stderr: ""))
    #expect(try place.read("result.txt") == "6\n")
    let dry = try TestPlace()
    try dry.write("plan.yaml", Plans.sums)
    let end = try await dry.run(
      ["run", "--plan", "plan.yaml", "--input", "number=1", "--dry-run", "--state", dry.state])
    #expect(end.code == 0)
    #expect(end.stdout == ["plan.yaml is good: 2 steps, tools calculator"])
    #expect(try await dry.run(["tasks", "list", "--state", dry.state]).stdout == ["no tasks"])
  }

  @Test("a goal needs a model, which is told with a hint: exit 2")
  func goal() async throws {
    let end = try await place.run(["run", "Tidy up my desk", "--state", place.state])
    #expect(end.code == 2)
    #expect(end.stdout == [])
    #expect(end.stderr.contains("needs a model"))
    #expect(end.stderr.contains("hint: "))
  }

  @Test("a bad plan is exit 2 for run and exit 1 for check, with every place", arguments: Plans.bad)
  func bad(_ plan: BadPlan) async throws {
    let end = try await run(plan.text)
    #expect(end.code == 2)
    #expect(end.stdout == [])
    #expect(end.stderr.contains(plan.complaint))
    let check = try await place.run(["plan", "check", "plan.yaml"])
    #expect(check.code == 1)
    #expect(check.stderr.contains(plan.complaint))
    #expect(try await place.run(["tasks", "list", "--state", place.state]).stdout == ["no tasks"])
  }

  @Test("on a terminal a block is drawn over itself, and the cursor comes back")
  func terminal() async throws {
    try place.write("plan.yaml", Plans.sums)
    let scr = try ScrProcess(
      ["run", "--plan", "plan.yaml", "--input", "number=1", "--state", place.state], in: place,
      environment: ["TERM": "xterm"], terminal: Terminal())
    let end = await scr.end()
    #expect(end.code == 0)
    #expect(end.stdout == ["6"])
    Self.expectBlock(end.stderr, of: 3)
    #expect(end.stderr.contains("✓ sum     calculator"))
    #expect(end.stderr.contains("✓ double  calculator"))
  }

  @Test("an interrupted block leaves the cursor as it was, too")
  func interruptedTerminal() async throws {
    try place.write("plan.yaml", Plans.patient)
    let scr = try ScrProcess(
      ["run", "--plan", "plan.yaml", "--state", place.state], in: place, environment: ["TERM": "xterm"],
      terminal: Terminal())
    _ = try await scr.note("division by zero")
    scr.signal(SIGINT)
    let end = await scr.end()
    #expect(end.code == 130)
    Self.expectBlock(end.stderr, of: 2)
  }

  /// - Parameter height: of the block, in lines.
  private static func expectBlock(_ drawn: String, of height: Int) {
    let (hide, show) = ("\u{1B}[?25l", "\u{1B}[?25h")
    #expect(drawn.hasPrefix(hide))
    #expect(drawn.contains("\u{1B}[\(height)A\r"), "never drawn over itself")
    #expect(drawn.split(separator: show, omittingEmptySubsequences: false).count == 2)
    let shown = drawn.split(separator: show, omittingEmptySubsequences: false).last ?? ""
    #expect(!shown.contains(hide) && !shown.contains("\u{1B}["))
  }
}
