import SCRCommand
import SCRProtocol
import SCRTestSupport
import Testing

@Suite(.timeLimit(.minutes(1))) struct CassetteCommandTests {
  @Test func `A plan is recorded, exported the same, and made again without its state`() async throws {
    try await Workshop.use { shop in
      let plan = try shop.write(Plans.good, to: "plan.yaml")
      let tape = "\(shop.path)/tape.json"
      let first = await shop.run(["run", "--plan", plan, "--input", "number=5", "--record", tape])
      #expect(first.exit == .success && first.output.result == "14\n")
      #expect(first.output.note.contains("recorded: \(tape): 0 turns of models, 2 calls of tools"))
      let tasks = try JSONParser.parse(await shop.run(["tasks", "list", "--json"]).output.result)
      let id = try #require(tasks["tasks"]?.arrayValue?.first?["taskId"]?.stringValue)
      let exported = await shop.run(["tasks", "export", id])
      #expect(exported.output.result == (try shop.text(of: "tape.json")))
      let other = await shop.run(["tasks", "export", id, "--out", "\(shop.path)/other.json", "--json"])
      #expect(
        try JSONParser.parse(other.output.result) == [
          "file": .string("\(shop.path)/other.json"), "turns": 0, "calls": 2, "masked": 0,
        ])
      let again = await shop.run(["run", "--replay", tape, "--state", "\(shop.path)/nothing"])
      #expect(again.exit == .success && again.output.result == "14\n")
      #expect(again.output.note.hasPrefix("replayed: what models and tools say comes from \(tape)\n"))
    }
  }

  @Test func `What a tool server gets in its environment is masked, whatever it is called`() async throws {
    try await Workshop.use { shop in
      let plan = try shop.write(
        "title: Use postgres://:pw@host here\nsteps: [{ id: a, tool: calculator, arguments: { expression: '1' } }]",
        to: "plan.yaml")
      #expect(await shop.run(["run", "--plan", plan, "--quiet"]).exit == .success)
      let file = try shop.write(
        "mcp: { servers: { db: { command: /bin/false, env: { DATABASE_URL: 'postgres://:pw@host' } } } }\n",
        to: "scr.yaml")
      let tasks = try JSONParser.parse(await shop.run(["tasks", "list", "--json"]).output.result)
      let id = try #require(tasks["tasks"]?.arrayValue?.first?["taskId"]?.stringValue)
      let plain = try JSONParser.parse(await shop.run(["tasks", "export", id]).output.result)
      #expect(plain["run"]?["title"] == "Use postgres://:pw@host here")
      let exported = try JSONParser.parse(await shop.run(["tasks", "export", id, "--config", file]).output.result)
      #expect(exported["run"]?["title"] == "Use [masked 1] here" && exported["masked"] == 1)
    }
  }

  @Test func `A budget that cannot be read ends a replay before it begins`() async throws {
    try await Workshop.use { shop in
      let plan = try shop.write(Plans.good, to: "plan.yaml")
      _ = await shop.run(["run", "--plan", plan, "--record", "\(shop.path)/tape.json", "--quiet"])
      var json = try JSONParser.parse(shop.text(of: "tape.json")).objectValue ?? [:]
      var run = json["run"]?.objectValue ?? [:]
      run["budget"] = ["tokens": "many"]
      json["run"] = .object(run)
      let tape = try shop.write(JSONValue.object(json).jsonText, to: "changed.json")
      let again = await shop.run(["run", "--replay", tape, "--json"])
      let told = try JSONParser.parse(again.output.result)
      #expect(again.exit == .usage && told["error"]?["kind"] == "invalid_input")
      #expect(
        told["error"]?["message"]?.stringValue?.contains("the cassette cannot be used: run.budget.tokens") == true)
    }
  }

  @Test func `A run that is not as recorded prints no result, and says where it differs`() async throws {
    try await Workshop.use { shop in
      let plan = try shop.write(Plans.good, to: "plan.yaml")
      _ = await shop.run(["run", "--plan", plan, "--record", "\(shop.path)/tape.json", "--quiet"])
      let changed = try shop.text(of: "tape.json").split(separator: "4 * 2", omittingEmptySubsequences: false)
      let tape = try shop.write(changed.joined(separator: "4 * 3"), to: "changed.json")
      let again = await shop.run(["run", "--replay", tape, "--quiet"])
      #expect(again.exit == .failed && again.output.result.isEmpty)
      #expect(
        again.output.note.contains(
          #"step double: calculator is called with {"expression":"4 * 2"}; recorded was calculator with {"expression":"4 * 3"}"#
        ))
      let json = try JSONParser.parse(await shop.run(["run", "--replay", tape, "--json"]).output.result)
      #expect(json["error"]?["kind"] == "conflict")
    }
  }

  @Test(arguments: [
    (["run", "--replay", "nothing.json"], CommandExit.usage, "there is no file"),
    (["run", "--replay", "plan.yaml"], .usage, "is no cassette: it is not JSON"),
    (["run", "--replay", "other.json"], .usage, "it is no cassette: \"format\" is not \"scr.cassette\""),
    (["run", "--replay", "other.json", "--plan", "plan.yaml"], .usage, "--replay has its goal or plan"),
    (
      ["run", "--plan", "plan.yaml", "--record", "no/such/folder"], .usage, "--record no/such/folder cannot be written"
    ),
    (["tasks", "export", "task_nobody"], .failed, "there is no task \"task_nobody\""),
  ])
  func `What cannot be is told`(arguments: [String], exit: CommandExit, words: String) async throws {
    try await Workshop.use { shop in
      for (name, text) in [("plan.yaml", Plans.good), ("other.json", "{}")] { _ = try shop.write(text, to: name) }
      let files = ["nothing.json", "plan.yaml", "other.json"]
      let end = await shop.run(arguments.map { files.contains($0) ? "\(shop.path)/\($0)" : $0 })
      #expect(end.exit == exit && end.output.note.contains(words), "\(end.output.note)")
    }
  }
}
