import SCRCommand
import SCRProtocol
import Testing

@testable import SCRStore

@Suite struct ApprovalsCommandTests {
  private static let plan = """
    title: Ask
    steps:
      - { id: sum, tool: calculator, arguments: { expression: "6 * 7" } }
      - { id: ok, wait: { approval: { question: "Tell ${steps.sum.text}?" } } }
      - { id: tell, needs: [ok], tool: calculator, arguments: { expression: "${steps.sum.text}" } }
    result: "${steps.tell.text}"
    """

  /// Runs the plan until it waits.
  private func asked(_ shop: Workshop) async throws -> (task: String, approval: String) {
    let plan = try shop.write(Self.plan, to: "plan.yaml")
    let (exit, output) = await shop.run(["run", "--plan", plan, "--quiet"])
    #expect(exit == .failed)
    #expect(output.note.contains("it waits for an approval: Tell 42?"))
    let list = try JSONParser.parse(await shop.run(["approvals", "list", "--json"]).output.result)
    let first = try #require(list["approvals"]?.arrayValue?.first)
    return (try #require(first["taskId"]?.stringValue), try #require(first["approvalId"]?.stringValue))
  }

  @Test func `A task that waits is answered and worked off in one go`() async throws {
    try await Workshop.use { shop in
      let (task, approval) = try await asked(shop)
      let shown = await shop.run(["approvals", "list"]).output.result
      #expect(shown.contains(approval) && shown.contains("Tell 42?") && shown.contains("approve | reject"))
      let (exit, output) = await shop.run(
        ["approvals", "answer", approval, "approve", "--by", "ann", "--run", "--quiet"])
      #expect(exit == .success)
      #expect(output.result == "42\n")
      #expect(await shop.run(["approvals", "list"]).output.result == "nothing waits for an answer\n")
      #expect(
        await shop.run(["approvals", "list", "--answered", "--task", task]).output.result.contains("approve by ann"))
    }
  }

  @Test func `An answer alone leaves the task in the queue, and a second one is refused`() async throws {
    try await Workshop.use { shop in
      let (task, approval) = try await asked(shop)
      let first = await shop.run(["approvals", "answer", approval, "reject", "--value", #""too dear""#])
      #expect(first.exit == .success)
      #expect(first.output.result == "\(approval) reject\n")
      #expect(await shop.run(["tasks", "list", "--status", "queued"]).output.result.contains(task))
      let second = await shop.run(["approvals", "answer", approval, "approve"])
      #expect(second.exit == .failed)
      #expect(second.output.note.contains("answered it at"))
    }
  }

  @Test func `What does not fit is refused in words`() async throws {
    try await Workshop.use { shop in
      let (_, approval) = try await asked(shop)
      let wrong = await shop.run(["approvals", "answer", approval, "aprove"])
      #expect(wrong.exit == .usage)
      #expect(wrong.output.note.contains(#""aprove" is none of approve, reject"#))
      #expect(await shop.run(["approvals", "answer", approval, "--value", "{"]).exit == .usage)
      #expect(await shop.run(["approvals", "answer", "wait_none", "approve"]).exit == .failed)
    }
  }

  @Test func `Beside an owner that serves nobody one can look, but not answer`() async throws {
    try await Workshop.use { shop in
      let (_, approval) = try await asked(shop)
      let owner = try StateDirectory.open(shop.state)
      #expect(await shop.run(["approvals", "list"]).output.result.contains(approval))
      #expect(await shop.run(["approvals", "answer", approval, "approve"]).exit == .unavailable)
      owner.release()
    }
  }

  @Test func `Where nothing was ever stored nothing waits`() async throws {
    try await Workshop.use { shop in
      #expect(await shop.run(["approvals", "list"]).output.result == "nothing waits for an answer\n")
      #expect(await shop.run(["approvals", "list", "--json"]).output.result == "{\"approvals\":[]}\n")
    }
  }
}
