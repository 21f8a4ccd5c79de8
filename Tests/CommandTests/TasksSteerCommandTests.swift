import SCRCommand
import SCRProtocol
import Testing

@Suite struct TasksSteerCommandTests {
  private func configuration(_ shop: Workshop) throws -> [String] {
    _ = try shop.write("turns:\n  - { role: worker, match: in German, text: Hallo }\n", to: "turns.yaml")
    let file = try shop.write("models: { providers: { s: { kind: scripted, script: turns.yaml } } }\n", to: "mine.yaml")
    return ["--config", file]
  }

  private func accepted(_ shop: Workshop, _ plan: String, _ options: [String]) async throws -> String {
    let plan = try shop.write(plan, to: "plan.yaml")
    return String(await shop.run(["run", "--plan", plan, "--detach"] + options).output.result.dropLast())
  }

  @Test func `What is said to a task that waits is heard by its agent when it begins`() async throws {
    try await Workshop.use { shop in
      let options = try configuration(shop)
      let plan = "steps:\n  - { id: a, agent: worker, goal: Greet }\nresult: \"${steps.a.text}\"\n"
      let id = try await accepted(shop, plan, options)
      let (exit, output) = await shop.run(["tasks", "steer", id, "Say it in German", "--follow-up"] + options)
      #expect(exit == .success && output.result.hasPrefix("kept for the agents of \(id) as steer_"))
      let (_, answers) = try await Serving.run(
        [#"{"jsonrpc":"2.0","id":1,"method":"get_task","params":{"taskId":"\#(id)","wait":true}}"#], options,
        environment: ["SCR_STATE_DIR": shop.state])
      #expect(answers.first?["result"]?["result"] == "Hallo")
      let late = await shop.run(["tasks", "steer", id, "And shortly"] + options)
      #expect(late.exit == .failed && late.output.note.contains("the task has ended as completed"))
    }
  }

  @Test func `A task without agents, a step that is none, and an unknown task are refused`() async throws {
    try await Workshop.use { shop in
      let options = try configuration(shop)
      let id = try await accepted(shop, Plans.good, options)
      let none = await shop.run(["tasks", "steer", id, "Hurry"] + options)
      #expect(none.exit == .failed && none.output.note.contains("has no agents that could hear it"))
      let plan = "steps:\n  - { id: greet, agent: worker, goal: Greet }\n"
      let other = try await accepted(shop, plan, options)
      let step = await shop.run(["tasks", "steer", other, "Hurry", "--step", "gret"] + options)
      #expect(step.exit != .success && step.output.note.contains("\"greet\""))
      let unknown = await shop.run(["tasks", "steer", "task_nobody", "Hurry"] + options)
      #expect(unknown.exit == .failed && unknown.output.note.contains("task_nobody"))
    }
  }
}
