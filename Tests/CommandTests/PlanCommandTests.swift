import SCRCommand
import SCRProtocol
import Testing

@Suite struct PlanCommandTests {
  @Test func `A good plan is told with its steps and tools`() async throws {
    try await Workshop.use { shop in
      let plan = try shop.write(Plans.good, to: "plan.yaml")
      let (exit, output) = await shop.run(["plan", "check", plan, "--json"])
      #expect(exit == .success)
      #expect(
        try JSONParser.parse(output.result)
          == ["ok": true, "title": "Sums", "steps": ["sum", "double"], "tools": ["calculator"]])
      #expect((try? shop.text(of: "state/lock")) == nil)
    }
  }

  @Test func `A bad plan fails the check with its place`() async throws {
    try await Workshop.use { shop in
      let plan = try shop.write(Plans.misspelled, to: "plan.yaml")
      let (exit, output) = await shop.run(["plan", "check", plan])
      #expect(exit == .failed)
      #expect(output.note.hasPrefix("error: \(plan):4:11: steps[0].tool: there is no tool \"calculater\""))
    }
  }

  @Test func `Offline tools are not looked at, everything else is`() async throws {
    try await Workshop.use { shop in
      let unknownTool = try shop.write(Plans.misspelled, to: "plan.yaml")
      #expect(await shop.run(["plan", "check", unknownTool, "--offline"]).exit == .success)
      let cyclic = try shop.write(
        """
        title: Circle
        steps:
          - { id: a, needs: [b], tool: calculator, arguments: {} }
          - { id: b, needs: [a], tool: calculator, arguments: {} }
        """, to: "cyclic.yaml")
      let (exit, output) = await shop.run(["plan", "check", cyclic, "--offline"])
      #expect(exit == .failed)
      #expect(output.note.hasPrefix("error: \(cyclic):"))
    }
  }
}
