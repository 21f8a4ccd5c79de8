import SCRCommand
import SCRProtocol
import Testing

@Suite struct QueueCommandTests {
  private func detached(_ shop: Workshop) async throws -> String {
    let plan = try shop.write(Plans.good, to: "plan.yaml")
    let (exit, output) = await shop.run(["run", "--plan", plan, "--detach"])
    #expect(exit == .success)
    return String(output.result.dropLast())
  }

  private func json(_ shop: Workshop, _ arguments: String...) async throws -> JSONValue {
    try JSONParser.parse(await shop.run(["queue"] + arguments + ["--json"]).output.result)
  }

  @Test func `Stats tell what waits, also where nothing was ever stored`() async throws {
    try await Workshop.use { shop in
      let empty = await shop.run(["queue", "stats"])
      #expect(empty.exit == .success)
      #expect(empty.output.result.contains("all"))
      _ = try await detached(shop)
      let stats = try await json(shop, "stats")
      #expect(stats["queued"] == 1)
      #expect(stats["classes"]?.arrayValue?.first?["class"] == "default")
    }
  }

  @Test func `A pause holds until it is resumed, in every later process`() async throws {
    try await Workshop.use { shop in
      let pause = await shop.run(["queue", "pause", "--class", "reports"])
      #expect(pause.output.result == "the class reports is paused\n")
      let paused = try await json(shop, "stats", "--class", "reports")["classes"]?.arrayValue?.first
      #expect(paused?["paused"] == [:])
      #expect(await shop.run(["queue", "resume", "--class", "reports"]).output.result == "the class reports goes on\n")
      let resumed = try await json(shop, "stats", "--class", "reports")["classes"]?.arrayValue?.first
      #expect(resumed != nil && resumed?["paused"] == nil)
    }
  }

  @Test func `A drain prints what it takes out, and refuses submissions until it is resumed`() async throws {
    try await Workshop.use { shop in
      let id = try await detached(shop)
      #expect(await shop.run(["queue", "drain"]).output.result == "\(id)\n")
      let plan = try shop.write(Plans.good, to: "plan.yaml")
      let refused = await shop.run(["run", "--plan", plan, "--detach"])
      #expect(refused.exit == .unavailable)
      #expect(refused.output.note.contains("the queue is being drained"))
      _ = await shop.run(["queue", "resume"])
      _ = try await detached(shop)
      #expect(await shop.run(["queue", "clear"]).output.result == "1 task cancelled\n")
    }
  }

  @Test func `Weights and limits are kept`() async throws {
    try await Workshop.use { shop in
      let weights = await shop.run(["queue", "weights", "a=3"]).output.result
      #expect(weights == "a has the weight 3\n")
      #expect(
        await shop.run(["queue", "limits", "reports", "--max-concurrent", "2"]).output.result
          == "reports: maxConcurrent 2\n")
      let stats = try await json(shop, "stats")
      #expect(stats["weights"] == ["a": 3])
      #expect(stats["classes"]?.arrayValue?.first?["limits"] == ["maxConcurrent": 2])
    }
  }

  @Test(
    "Wrong arguments are told with exit 2",
    arguments: [
      ["weights", "a"], ["limits", "reports"], ["limits", "reports", "--burst=-1"], ["clear", "--status", "running"],
      ["pause", "--until", "tomorrow"],
    ])
  func usage(_ arguments: [String]) async throws {
    try await Workshop.use { shop in
      let (exit, _) = await shop.run(["queue"] + arguments)
      #expect(exit == .usage)
    }
  }
}
