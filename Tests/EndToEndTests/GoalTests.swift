import SCRProtocol
import Testing

@Suite("A goal through the built binary", .timeLimit(.minutes(2)))
struct GoalTests {
  private let place: TestPlace
  init() throws { place = try TestPlace() }

  private static let script = """
    turns:
      - role: planner
        text: '{"steps": [{"id": "sum", "tool": "calculator", "arguments": {"expression": "2 + 2"}}, {"id": "tell", "agent": "worker", "goal": "Double ${steps.sum.text}."}]}'
      - role: worker
        toolCalls: [{ name: calculator, arguments: { expression: "4 * 2" } }]
      - { role: worker, match: "8", text: "It is 8.", usage: { inputTokens: 30, outputTokens: 12 } }
      - role: critic
        text: '{"criteria": [{"name": "goal met", "score": 9, "reason": "it is"}], "verdict": "pass", "feedback": []}'
    """

  private func run(_ more: String..., configuration: String = "") async throws -> ScrProcess.End {
    try place.write("script.yaml", Self.script)
    try place.write(
      "scr.test.yaml",
      "models: { providers: { script: { kind: scripted, script: script.yaml } } }\n\(configuration)")
    return try await place.run(
      ["run", "What is two and two, doubled?", "--config", "scr.test.yaml", "--state", place.state] + more)
  }

  @Test("the answer is on stdout; progress, the critic's scores, and that it is scripted are on stderr")
  func text() async throws {
    let end = try await run()
    #expect(end.code == 0 && end.stdout == ["It is 8."], "\(end)")
    for words in [
      "[plan] the plan goes on with sum, tell, review", "[tell] worker", "[tell] calls calculator",
      "completed in ", "4 turns of script/scripted, 42 tokens", "scripted: the model's answers were written beforehand",
      "the critic: pass (goal met 9)",
    ] { #expect(end.stderr.contains(words), "\(words) is not in \(end.stderr)") }
  }

  @Test("--json has provenance, usage and the critic's verdict")
  func json() async throws {
    let end = try await run("--json")
    let provenance = end.json["provenance"]
    #expect(end.code == 0 && end.json["result"] == "It is 8.")
    #expect(provenance?["scripted"] == true && provenance?["review"]?["verdict"] == "pass")
    #expect(provenance?["agents"]?.arrayValue?.compactMap { $0["stepId"] } == ["plan", "tell", "review"])
    #expect(end.json["usage"]?["tokens"] == 42 && end.json["usage"]?["toolCalls"] == 2)
    #expect(end.json["steps"]?.arrayValue?.compactMap { $0["state"] } == Array(repeating: "completed", count: 4))
  }

  @Test("a goal without a model is exit 2 with a hint; with a script that is none it fails and names the place")
  func noModel() async throws {
    let none = try await place.run(["run", "Tidy up", "--state", place.state])
    #expect(none.code == 2 && none.stderr.contains("hint: configure one under models.providers"))
    try place.write("bad.yaml", "turns:\n  - { role: worker, txt: hello }\n")
    try place.write("scr.test.yaml", "models: { providers: { s: { kind: scripted, script: bad.yaml } } }\n")
    let bad = try await place.run(["run", "Tidy up", "--config", "scr.test.yaml", "--state", place.state])
    #expect(bad.code == 1 && bad.stderr.contains("bad.yaml") && bad.stderr.contains("unknown member"), "\(bad)")
  }

  @Test("a folder's prompts take the place of the built-in ones; what is wrong in one is told with its line")
  func prompts() async throws {
    try place.write("folder/worker.md", "---\ndescription: x\n---\nUse {{tolls}}.\n")
    let bad = try await run(configuration: "agents: { prompts: folder }\n")
    #expect(bad.code == 2 && bad.stderr.contains("worker.md:4: unknown placeholder {{tolls}}"), "\(bad)")
    try place.write("folder/worker.md", "---\ndescription: x\nprovider: nobody\n---\nUse {{tools}}.\n")
    let other = try await run("--json", configuration: "agents: { prompts: folder }\n")
    #expect(other.code == 1 && other.stdout.joined().contains("there is no model provider \\\"nobody\\\""), "\(other)")
  }

  @Test("scr demo --goal works a goal off in two rounds, and says that its model is scripted")
  func demo() async throws {
    try place.write("folder/note.md", "# A note\n")
    let end = try await place.run(["demo", "--goal"])
    #expect(end.code == 0, "\(end)")
    #expect(end.stdout.first?.hasPrefix("The folder was listed and searched") == true)
    #expect(end.stderr.contains("scripted: ") && end.stderr.contains("[plan_2] the plan goes on with"))
  }
}
