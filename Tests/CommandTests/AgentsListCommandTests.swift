import Foundation
import SCRCommand
import SCRProtocol
import Testing

@Suite struct AgentsListCommandTests {
  private static let examples = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("examples").path

  private func configuration(_ shop: Workshop, agents: String = "\(examples)/agents") throws -> String {
    try shop.write("agents: { folder: \"\(agents)\", skills: \"\(Self.examples)/skills\" }\n", to: "mine.yaml")
  }

  @Test func `The examples are listed behind the built-in agents, with the skills`() async throws {
    try await Workshop.use { shop in
      let file = try configuration(shop)
      let (exit, output) = await shop.run(["agents", "list", "--config", file])
      #expect(exit == .success && output.note.isEmpty)
      #expect(
        output.result.split(separator: "\n").map { $0.split(separator: " ").prefix(2).joined(separator: " ") } == [
          "AGENT KIND", "worker built-in", "researcher built-in", "writer built-in", "validator built-in",
          "reviewer researcher", "translator writer", "SKILL FILES", "changelog 2",
        ])
      let json = try JSONParser.parse(await shop.run(["agents", "list", "--config", file, "--json"]).output.result)
      let agents = json["agents"]?.arrayValue ?? []
      #expect(agents.count == 6 && agents[4]["tools"] == ["filesystem.*"] && agents[4]["maxTurns"] == 12)
      #expect(json["skills"]?.arrayValue?.first?["files"] == ["references/headings.md"])
    }
  }

  @Test func `What is wrong in a file keeps commands from starting, and is told with its place`() async throws {
    try await Workshop.use { shop in
      try FileManager.default.createDirectory(atPath: "\(shop.path)/agents", withIntermediateDirectories: true)
      _ = try shop.write("---\ndescription: d\nkind: wroker\n---\nDo it.", to: "agents/a.md")
      let file = try configuration(shop, agents: "\(shop.path)/agents")
      for arguments in [["agents", "list"], ["run", "--plan", "x.yaml"]] {
        _ = try shop.write(Plans.good, to: "x.yaml")
        let (exit, output) = await shop.run(arguments + ["--config", file])
        #expect(exit == .usage)
        #expect(
          output.note.contains(
            "\(shop.path)/agents/a.md:3:7: kind: \"wroker\" is none of worker, researcher, writer, validator; "
              + "did you mean \"worker\"?") || arguments[0] == "run")
      }
    }
  }

  @Test func `A plan that names an agent is checked against the files`() async throws {
    try await Workshop.use { shop in
      let file = try configuration(shop)
      let models = "models: { providers: { s: { kind: scripted, script: s.yaml } } }\n"
      _ = try shop.write("turns: []\n", to: "s.yaml")
      let both = try shop.write(models + (try shop.text(of: "mine.yaml")), to: "both.yaml")
      _ = file
      for (name, exit) in [("reviewer", CommandExit.success), ("reviewr", .failed)] {
        let plan = try shop.write("steps:\n  - { id: a, agent: \(name), goal: Look }\n", to: "plan.yaml")
        let checked = await shop.run(["plan", "check", plan, "--config", both])
        #expect(checked.exit == exit)
        if exit == .failed {
          #expect(checked.output.note.contains("plan.yaml:2:21") && checked.output.note.contains("\"reviewer\""))
        }
      }
    }
  }
}
