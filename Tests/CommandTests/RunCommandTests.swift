import SCRCommand
import SCRProtocol
import Testing

@Suite struct RunCommandTests {
  @Test func `The result goes to stdout and progress to stderr`() async throws {
    try await Workshop.use { shop in
      let plan = try shop.write(Plans.good, to: "plan.yaml")
      let (exit, output) = await shop.run(["run", "--plan", plan, "--input", "number=40"])
      #expect(exit == .success)
      #expect(output.result == "84\n")
      let lines = output.note.split(separator: "\n").map(String.init)
      #expect(lines.count == 5)
      #expect(lines[0] == "[sum] calculator")
      #expect(lines[1].hasPrefix("[sum] completed in "))
      #expect(lines[2] == "[double] calculator")
      #expect(lines[3].hasPrefix("[double] completed in "))
      #expect(lines[4].contains(" completed in ") && lines[4].hasSuffix(": 2 calls (calculator)"))
    }
  }

  @Test func `A quiet run says nothing but its result`() async throws {
    try await Workshop.use { shop in
      let plan = try shop.write(Plans.good, to: "plan.yaml")
      let (exit, output) = await shop.run(["run", "--plan", plan, "--quiet"])
      #expect(exit == .success)
      #expect(output.result == "8\n")
      #expect(output.note == "")
    }
  }

  @Test func `With --out the result goes to the file`() async throws {
    try await Workshop.use { shop in
      let plan = try shop.write(Plans.good, to: "plan.yaml")
      let out = try shop.write("something longer that was there before", to: "out.txt")
      let (exit, output) = await shop.run(["run", "--plan", plan, "--quiet", "--out", out])
      #expect(exit == .success)
      #expect(output.result == "")
      #expect(try shop.text(of: "out.txt") == "8\n")
    }
  }

  @Test func `A path that cannot be written costs no work`() async throws {
    try await Workshop.use { shop in
      let plan = try shop.write(Plans.good, to: "plan.yaml")
      let (exit, output) = await shop.run(["run", "--plan", plan, "--out", "\(shop.path)/missing/out.txt"])
      #expect(exit == .usage)
      #expect(output.note == "error: --out \(shop.path)/missing/out.txt cannot be written: No such file or directory\n")
      #expect(await shop.run(["tasks", "list"]).output.result == "no tasks\n")
    }
  }

  @Test func `JSON is the whole task as one object`() async throws {
    try await Workshop.use { shop in
      let plan = try shop.write(Plans.good, to: "plan.yaml")
      let (exit, output) = await shop.run(["run", "--plan", plan, "--json"])
      #expect(exit == .success)
      let task = try JSONParser.parse(output.result)
      #expect(task["state"] == "completed")
      #expect(task["result"] == "8")
      #expect(task["steps"]?.arrayValue?.map { $0["state"] } == ["completed", "completed"])
      #expect(task["provenance"]?["tools"]?.arrayValue?.count == 2)
      #expect(output.note == "")
    }
  }

  @Test func `Events are lines of JSON that end with the task`() async throws {
    try await Workshop.use { shop in
      let plan = try shop.write(Plans.good, to: "plan.yaml")
      let (exit, output) = await shop.run(["run", "--plan", plan, "--events"])
      #expect(exit == .success)
      let lines = try output.result.split(separator: "\n").map { try JSONParser.parse(String($0)) }
      let kinds = lines.compactMap { $0["kind"]?.stringValue }
      #expect(kinds.count == lines.count)
      #expect(kinds.first == "task.submitted")
      #expect(kinds.suffix(2) == ["task.completed", "task"])
      #expect(kinds.count { $0 == "step.completed" } == 2)
      #expect(lines.last?["task"]?["state"] == "completed")
    }
  }

  @Test func `A failed task exits 1 with its reason and without a result`() async throws {
    try await Workshop.use { shop in
      let plan = try shop.write(Plans.failing, to: "plan.yaml")
      let (exit, output) = await shop.run(["run", "--plan", plan])
      #expect(exit == .failed)
      #expect(output.result == "")
      #expect(output.note.contains("[divide] failed after "))
      #expect(output.note.contains("[after] skipped: it needs divide, which did not complete"))
      #expect(output.note.contains("\nstep_failed: the step divide failed: "))
    }
  }

  @Test func `A task that meets its timeout exits 4`() async throws {
    try await Workshop.use { shop in
      let plan = try shop.write(Plans.patient, to: "plan.yaml")
      let (exit, output) = await shop.run(["run", "--plan", plan, "--timeout", "50ms"])
      #expect(exit == .timedOut)
      #expect(output.note.contains("\ntimeout: the task did not end before its deadline"))
    }
  }

  @Test func `The first interrupt cancels the task`() async throws {
    try await Workshop.use { shop in
      let plan = try shop.write(Plans.patient, to: "plan.yaml")
      let (signals, captured) = (TerminationSignals(), CapturedOutput())
      async let running = shop.run(["run", "--plan", plan], signals: signals, into: captured)
      await captured.noted("[divide] tries again")
      #expect(signals.receive(TerminationSignals.interrupt))
      #expect(await running.exit == .signal(2))
      let tasks = try JSONParser.parse(await shop.run(["tasks", "list", "--json"]).output.result)
      #expect(tasks["tasks"]?.arrayValue?.map { $0["state"] } == ["cancelled"])
    }
  }

  @Test func `A termination leaves the task to the next start, which ends it`() async throws {
    try await Workshop.use { shop in
      let plan = try shop.write(Plans.patient, to: "plan.yaml")
      let (signals, captured) = (TerminationSignals(), CapturedOutput())
      async let running = shop.run(["run", "--plan", plan], signals: signals, into: captured)
      await captured.noted("[divide] tries again")
      #expect(signals.receive(15))
      #expect(await running.exit == .signal(15))
      #expect(captured.note.contains(" is left to the next scr serve or scr run in this folder"))
      let tasks = try JSONParser.parse(await shop.run(["tasks", "list", "--json"]).output.result)
      #expect(tasks["tasks"]?.arrayValue?.map { $0["state"] } == ["queued"])
    }
  }

  @Test func `A goal without a model is refused with what to do instead`() async throws {
    try await Workshop.use { shop in
      let (exit, output) = await shop.run(["run", "Tidy up", "--json"])
      #expect(exit == .usage)
      let error = try JSONParser.parse(output.result)["error"]
      #expect(error?["kind"] == "model_unavailable")
      #expect(error?["hint"]?.stringValue?.isEmpty == false)
    }
  }

  @Test func `A bad plan is refused with file, line and column, and nothing is accepted`() async throws {
    try await Workshop.use { shop in
      let plan = try shop.write(Plans.misspelled, to: "plan.yaml")
      let (exit, output) = await shop.run(["run", "--plan", plan])
      #expect(exit == .usage)
      #expect(
        output.note
          == "error: \(plan):4:11: steps[0].tool: there is no tool \"calculater\" (did you mean \"calculator\"?)\n")
      #expect(await shop.run(["tasks", "list"]).output.result == "no tasks\n")
    }
  }

  @Test func `A file that is no YAML is told with its place`() async throws {
    try await Workshop.use { shop in
      let plan = try shop.write("title: x\nsteps: [", to: "plan.yaml")
      let (exit, output) = await shop.run(["run", "--plan", plan])
      #expect(exit == .usage)
      #expect(output.note.hasPrefix("error: \(plan):"))
    }
  }

  @Test func `A dry run checks everything and opens no store`() async throws {
    try await Workshop.use { shop in
      let plan = try shop.write(Plans.good, to: "plan.yaml")
      let (exit, output) = await shop.run(["run", "--plan", plan, "--dry-run"])
      #expect(exit == .success)
      #expect(output.result == "\(plan) is good: 2 steps, tools calculator\n")
      #expect((try? shop.text(of: "state/lock")) == nil)
    }
  }

  @Test func `In memory a run says that it is not durable and cannot be detached`() async throws {
    try await Workshop.use { shop in
      let plan = try shop.write(Plans.good, to: "plan.yaml")
      let (exit, output) = await shop.run(["run", "--plan", plan, "--state", ":memory:"])
      #expect(exit == .success)
      #expect(output.note.hasPrefix("not durable: the task is kept in memory only\n"))
      #expect(await shop.run(["run", "--plan", plan, "--state", ":memory:", "--detach"]).exit == .usage)
    }
  }

  @Test(
    "Options that contradict each other are a wrong command line",
    arguments: [
      ["run"], ["run", "goal", "--plan", "p"], ["run", "--plan", "p", "--json", "--events"],
      ["run", "--plan", "p", "--detach", "--dry-run"], ["run", "--plan", "p", "--timeout", "5"],
      ["run", "--plan", "/nonexistent/plan.yaml"], ["run", "--plan", "p", "--input", "x"],
    ])
  func contradictions(_ arguments: [String]) async {
    let captured = CapturedOutput()
    #expect(await Invocation.run(arguments, in: captured.context()) == .usage)
    #expect(captured.note.lowercased().hasPrefix("error: "))
  }
}
